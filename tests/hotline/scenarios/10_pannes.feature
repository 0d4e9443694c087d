# language: fr
Fonctionnalité: Quand quelque chose casse

  Scénario: Un opérateur qui envoie tout deux fois ne change rien
    Étant donné que Claire est déjà en ligne
    Et un opérateur qui envoie deux fois chaque requête
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 4, puis 2, puis 62100
    Et appuie sur 1, puis 1
    Alors chaque requête répétée a reçu la même réponse
    Et l’appel d’Awa a ouvert 1 demande
    Et 1 rappel est dû
    Et le rapport du jour compte ces appels
      | reçus          | 1 |
      | rappels promis | 1 |

  Scénario: La dernière requête répétée reçoit la même réponse
    Étant donné 1 agent disponible
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 4, puis 2
    Et l’opérateur répète sa dernière requête
    Alors la répétition a reçu la même réponse
    Quand Awa compose 62100
    Alors l’appel d’Awa a ouvert 1 demande

  Scénario: Une vieille requête répétée ne ramène pas l’appel en arrière
    Étant donné 1 agent disponible
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 4, puis 2
    Et l’opérateur répète la première requête de l’appel d’Awa
    Et Awa compose 62100
    Alors Awa entend « Votre commune est Calais. »

  @lecon-zammad-2255
  Scénario: Un compte rendu en retard ne rouvre pas un appel fini
    Étant donné que Claire est déjà en ligne
    Et que Awa attend un agent pour une route à Calais
    Quand Awa raccroche
    Et l’opérateur annonce en retard que l’appel d’Awa sonne
    Et l’opérateur annonce deux fois la fin de l’appel d’Awa
    Alors le rapport du jour compte ces appels
      | reçus      | 1 |
      | abandonnés | 1 |
      | en cours   | 0 |

  Scénario: Une fausse signature est refusée et ne laisse rien
    Quand quelqu’un imite l’opérateur avec une fausse signature
    Alors l’imitateur est refusé et rien n’est gardé

  Scénario: La réponse se perd : l’opérateur redemande, et rien n’est fait deux fois
    Étant donné 1 agent disponible
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 4, puis 2
    Et la prochaine réponse du service web se perd
    Et Awa compose 62100
    Alors Awa entend « Votre commune est Calais. »
    Et l’appel d’Awa a ouvert 1 demande
    Et Awa attend dans la file

  @lecon-zammad-1478
  Scénario: Un appel dont la fin n’est jamais dite est clos et compté
    Étant donné que Claire est déjà en ligne
    Et un opérateur dont les comptes rendus se perdent
    Et que Awa attend un agent pour une route à Calais, au 06 39 98 12 34
    Quand Awa raccroche
    Alors le rapport du jour compte ces appels
      | reçus    | 1 |
      | en cours | 1 |
    Quand 5 heures passent
    Alors le rapport du jour compte ces appels
      | reçus      | 1 |
      | abandonnés | 1 |
      | en cours   | 0 |
    Et Claire voit « Personne n’attend au téléphone. » à l’accueil

  Scénario: Le service web tombe pendant l’attente : la demande est déjà gardée
    Étant donné que Claire est déjà en ligne
    Et que Awa attend un agent pour une route à Calais, au 06 39 98 12 34
    Quand le service web s’arrête
    Et une minute passe
    Et le service web repart
    Et Awa rappelle
    Et appuie sur 9
    Et compose sa référence
    Et compose son code secret
    Alors Awa entend « Votre demande est reçue. »
    Quand Awa raccroche
    Et 5 heures passent
    Alors le rapport du jour compte ces appels
      | reçus                       | 2 |
      | servis par le serveur vocal | 1 |
      | abandonnés                  | 1 |

  Scénario: L’opérateur ne répond plus à nos commandes : la personne garde sa place
    Étant donné que Claire est disponible à l’accueil
    Et que Awa attend un agent pour une route à Calais
    Quand l’opérateur ne répond plus à nos commandes
    Et Claire prend l’appel d’Awa
    Alors l’écran de Claire répond « L’opérateur est injoignable. »
    Et Awa attend dans la file
    Et aucun téléphone d’agent n’a sonné

  Scénario: Les suites sont en retard : la personne ne s’en aperçoit pas
    Étant donné que Claire est déjà en ligne
    Et les suites ne sont plus traitées
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 4, puis 2, puis 62100
    Alors elle entend sa référence et son code secret
    Et elle attend dans la file
    Quand les suites sont traitées à nouveau
    Alors sa demande est confiée à l’équipe « Routes et mobilités »

  Scénario: L’opérateur refuse de faire sonner l’agent : l’appel est proposé à un autre
    Étant donné que Claire est disponible à l’accueil
    Et qu’une minute passe
    Et que Mehdi est disponible à l’accueil
    Et que Awa attend un agent pour une route à Calais
    Quand 10 secondes passent
    Et l’opérateur refuse notre prochaine commande
    Et Claire prend l’appel d’Awa
    Alors l’écran de Claire répond « L’opérateur »
    Et Awa attend dans la file
    Et l’appel d’Awa est proposé à Mehdi

  Scénario: L’opérateur échoue une fois à passer la personne à l’agent : la seconde fois est la bonne
    Étant donné que Claire est disponible à l’accueil
    Et que Awa attend un agent pour une route à Calais
    Et que Claire prend l’appel d’Awa
    Quand notre prochaine commande échoue chez l’opérateur
    Et Claire décroche
    Et 10 secondes passent
    Alors Awa parle avec Claire

  Scénario: La réponse de l’opérateur se perd : le téléphone de l’agent ne sonne qu’une fois
    Étant donné que Claire est disponible à l’accueil
    Et que Awa attend un agent pour une route à Calais
    Quand l’opérateur obéit à notre prochaine commande sans répondre
    Et Claire prend l’appel d’Awa
    Alors un seul téléphone d’agent sonne
    Quand Claire décroche
    Alors Awa parle avec Claire

  Scénario: Le service web tombe dans un menu : on entend quand même quelque chose d’humain
    Étant donné 1 agent disponible
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 4
    Et la prochaine requête de l’opérateur échoue
    Et Awa appuie sur 2
    Alors Awa entend « Excusez-nous, nous avons une difficulté technique. Ne quittez pas, nous reprenons votre appel. »
    Et Awa entend « pour une route départementale, tapez 2. »
    Quand Awa appuie sur 2, puis 62100
    Alors Awa entend « Votre commune est Calais. »
