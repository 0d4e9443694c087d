# language: fr
Fonctionnalité: L’accueil et les menus

  Contexte:
    Étant donné 2 agents disponibles

  Scénario: La ligne se présente et propose ses choix
    Quand Awa appelle depuis le 06 39 98 12 34
    Alors elle entend « Bonjour, vous êtes bien au numéro unique du Département du Pas-de-Calais »
    Et elle entend « pour les routes ou les transports, tapez 4. »
    Et elle entend « pour parler à un agent, tapez 0. »

  Scénario: Une demande par les touches, du menu à la file
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 4, puis 2
    Alors elle entend « Si quelqu’un est en danger sur la route, raccrochez et appelez les secours. Composez le 112. »
    Quand elle compose 62100
    Alors elle entend « Votre commune est Calais. »
    Et elle entend sa référence et son code secret
    Et elle entend « Si la communication est coupée, votre demande est gardée. »
    Et elle attend dans la file
    Et sa demande porte sur « Routes » à Calais
    Et sa demande est confiée à l’équipe « Routes et mobilités »

  Scénario: La même demande, dite à voix haute
    Quand Awa appelle depuis le 06 39 98 12 34
    Et dit « c’est pour une route »
    Et dit « il y a du verglas »
    Et dit « soixante-deux mille cent, 62 100 »
    Alors elle entend « Votre commune est Calais. »
    Et sa demande porte sur « Routes » à Calais
    Et elle attend dans la file

  Scénario: Un choix dit par son numéro
    Quand le 06 39 98 12 35 appelle
    Et dit « le deux »
    Alors elle entend « pour le logement, tapez 1. »

  Scénario: Une mauvaise touche est redemandée deux fois, puis c’est un agent
    Quand Bruno appelle depuis le 06 39 98 12 35
    Et appuie sur 7
    Alors il entend « Je n’ai pas reconnu votre choix. »
    Et il entend « pour les routes ou les transports, tapez 4. »
    Quand il appuie sur 8
    Alors il entend « Je n’ai pas reconnu votre choix. »
    Quand il appuie sur 7
    Alors il entend « Je vous mets en relation avec un agent. »
    Et il attend dans la file

  Scénario: Le silence est redemandé deux fois, puis c’est un agent
    Quand Bruno appelle depuis le 06 39 98 12 35
    Et ne dit rien
    Alors il entend « Je n’ai rien entendu. »
    Quand il ne dit rien 2 fois de suite
    Alors il entend « Je vous mets en relation avec un agent. »
    Et il attend dans la file

  Scénario: Des mots que la ligne ne comprend pas sont redemandés
    Quand Bruno appelle depuis le 06 39 98 12 35
    Et dit « la pluie et le beau temps »
    Alors il entend « Je n’ai pas reconnu votre choix. »
    Et il entend « pour les routes ou les transports, tapez 4. »

  Scénario: L’étoile répète le menu sans compter une erreur
    Quand Bruno appelle depuis le 06 39 98 12 35
    Et appuie sur étoile puis étoile puis étoile puis étoile
    Alors il entend « pour les routes ou les transports, tapez 4. »
    Et il n’entend pas « Je n’ai pas reconnu votre choix. »
    Et il n’attend plus dans la file

  Plan du scénario: Le zéro mène à un agent depuis tous les menus
    Quand Bruno appelle depuis le 06 39 98 12 35
    Et appuie sur <touches>
    Alors il attend dans la file
    Et son appel n’a ouvert aucune demande

    Exemples:
      | touches                 |
      | 0                       |
      | 1, puis 0               |
      | 2, puis 0               |
      | 3, puis 0               |
      | 4, puis 0               |
      | 5, puis 0               |
      | 4, puis 2, puis 0 dièse |
      | 9, puis 0 dièse         |

  Scénario: Demander un agent à voix haute
    Quand Bruno appelle depuis le 06 39 98 12 35
    Et dit « je voudrais parler à un conseiller s’il vous plaît »
    Alors il attend dans la file

  Scénario: Revenir sur ses pas, puis choisir un autre sujet
    Quand Bruno appelle depuis le 06 39 98 12 35
    Et appuie sur 4, puis 9
    Alors il entend « pour le logement ou une aide pour s’en sortir comme le RSA, tapez 2. »
    Quand il appuie sur 2, puis 1, puis 62100
    Alors sa demande porte sur « Logement » à Calais

  Plan du scénario: Un numéro masqué ou étranger est servi comme un autre
    Quand <personne>
    Et appuie sur 4, puis 2, puis 62100
    Alors elle entend sa référence et son code secret
    Et elle attend dans la file

    Exemples:
      | personne                                |
      | Awa appelle en numéro masqué            |
      | Awa appelle depuis le 0032 470 12 34 56 |

  Scénario: La voix ne dit rien de la personne que le numéro ferait reconnaître
    Étant donné que Jeanne Delcourt est connue avec le 06 39 98 12 36
    Quand Jeanne appelle depuis le 06 39 98 12 36
    Et appuie sur 4, puis 2, puis 62100
    Alors elle n’a jamais entendu « Jeanne »
    Et elle n’a jamais entendu « Delcourt »
