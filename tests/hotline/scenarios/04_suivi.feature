# language: fr
Fonctionnalité: Suivre une demande par téléphone

  Contexte:
    Étant donné 1 agent disponible
    Et que Awa attend un agent pour une route à Calais, au 06 39 98 12 34
    Et elle raccroche

  Scénario: La référence et le code disent où en est la demande
    Quand elle rappelle
    Et appuie sur 9
    Alors elle entend « Tapez les dix chiffres de votre référence, puis dièse. »
    Quand elle compose sa référence
    Alors elle entend « Tapez maintenant les six chiffres du code secret, puis dièse. »
    Quand elle compose son code secret
    Alors elle entend « Votre demande est reçue. Un agent va l’étudier. Elle est confiée à : Routes et mobilités. »
    Et elle entend « Que souhaitez-vous faire maintenant ? »
    Quand elle appuie sur 2
    Alors elle entend « Merci de votre appel. Au revoir. »
    Et son appel est terminé
    Et le rapport du jour compte ces appels
      | reçus                      | 2 |
      | abandonnés                 | 1 |
      | servis par le serveur vocal | 1 |

  Scénario: Une demande prise par un agent est dite en cours
    Étant donné que Claire a pris la demande d’Awa
    Quand Awa rappelle
    Et appuie sur 9
    Et compose sa référence
    Et compose son code secret
    Alors elle entend « Votre demande est en cours de traitement. »
    Quand elle appuie sur 2
    Alors son appel est compté comme servi par le serveur vocal

  Scénario: Un chiffre faux dans la référence est refusé poliment, avant tout code
    Quand elle rappelle
    Et appuie sur 9
    Et compose sa référence avec une erreur d’un chiffre
    Alors elle entend « Cette référence ne semble pas exacte. Vérifiez les dix chiffres, s’il vous plaît. »
    Et elle entend « Tapez les dix chiffres de votre référence, puis dièse. »
    Et elle n’entend pas « code secret »

  Scénario: Un code faux ne dit pas si la demande existe
    Quand elle rappelle
    Et appuie sur 9
    Et compose sa référence
    Et compose un code secret faux
    Alors elle entend « Cette référence et ce code ne vont pas ensemble. »
    Et elle n’entend pas « Votre demande est reçue »

  Scénario: Un code trop court est redemandé
    Quand elle rappelle
    Et appuie sur 9
    Et compose sa référence
    Et compose 123 dièse
    Alors elle entend « Le code secret a six chiffres. »

  Scénario: Deviner le code est arrêté, même en rappelant
    Quand elle essaie 10 codes secrets faux
    Et elle rappelle
    Et appuie sur 9
    Et compose sa référence
    Et compose son code secret
    Alors elle n’entend pas « Votre demande est reçue »
    Et elle entend « Je vous mets en relation avec un agent. »

  Scénario: Après la réponse, une nouvelle demande dans le même appel
    Quand elle rappelle
    Et appuie sur 9
    Et compose sa référence
    Et compose son code secret
    Et appuie sur 1, puis 2, puis 1, puis 62100
    Alors sa demande porte sur « Logement » à Calais
    Et elle attend dans la file
