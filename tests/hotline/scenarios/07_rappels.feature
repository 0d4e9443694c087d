# language: fr
Fonctionnalité: Être rappelé

  Contexte:
    Étant donné que nous sommes le lundi 16 novembre 2026 à 9 h 04
    Et que Claire est déjà en ligne
    Et que Awa attend un agent pour une route à Calais, au 06 39 98 12 34

  Scénario: Être rappelée au numéro affiché, sans perdre sa place
    Quand 10 minutes passent
    Et elle appuie sur 1
    Alors elle entend « Nous vous rappelons au numéro qui s’affiche. pour confirmer, tapez 1. »
    Quand elle appuie sur 1
    Alors elle entend « C’est noté. Nous vous rappellerons aujourd’hui, avant 11 h 15. »
    Et son appel est terminé
    Et un rappel est dû au 06 39 98 12 34
    Et le rappel dû au 06 39 98 12 34 garde la place de 9 h 04
    Et son appel est compté comme rappel promis

  Scénario: Être rappelée à un autre numéro
    Quand elle appuie sur 1, puis 2
    Alors elle entend « Tapez les dix chiffres du numéro où vous rappeler, puis dièse. »
    Quand elle compose 0639981240
    Alors un rappel est dû au 06 39 98 12 40
    Et le rappel au 06 39 98 12 34 est soldé

  Scénario: Changer d’avis garde la place dans la file
    Quand 2 minutes passent
    Et Bruno attend un agent pour une route à Calais
    Et Awa appuie sur 1, puis 0
    Alors Awa attend dans la file
    Et Awa entend « Votre appel est le prochain. »
    Et aucun rappel n’est dû

  Scénario: Ne pas vouloir être rappelée
    Quand elle appuie sur 1, puis 3
    Alors elle entend « Merci de votre appel. Au revoir. »
    Et aucun rappel n’est dû
    Et sa demande est gardée

  Scénario: Un numéro surtaxé n’est jamais rappelé
    Quand elle appuie sur 1, puis 2
    Et compose 0899123456
    Alors elle entend « Nous ne pouvons pas rappeler ce numéro. »
    Et aucun rappel n’est dû

  Plan du scénario: Un numéro masqué ou étranger doit donner un numéro français
    Quand <personne>
    Et appuie sur 4, puis 2, puis 62100, puis 1
    Alors elle entend « Tapez les dix chiffres du numéro où vous rappeler, puis dièse. »
    Et elle n’entend pas « Nous vous rappelons au numéro qui s’affiche. »
    Quand elle compose 0639981240
    Alors un rappel est dû au 06 39 98 12 40

    Exemples:
      | personne                                  |
      | Inès appelle en numéro masqué             |
      | Inès appelle depuis le 0032 470 12 34 56  |

  @lecon-freepbx-525
  Scénario: Deux demandes de rappel pour un numéro n’en font qu’une, à la première place
    Quand elle appuie sur 1, puis 1
    Et 20 minutes passent
    Et Awa rappelle
    Et appuie sur 4, puis 2, puis 62100, puis 1, puis 1
    Alors 1 rappel est dû
    Et le rappel dû au 06 39 98 12 34 garde la place de 9 h 04

  Scénario: Le rappel tenu par un agent est soldé et compté
    Quand elle appuie sur 1, puis 1
    Et Claire note que le rappel au 06 39 98 12 34 est tenu
    Alors le rappel au 06 39 98 12 34 est soldé
    Et le rapport du jour compte 1 rappel promis et 1 tenu

  Scénario: Sans réponse, le rappel reste dû ; à la troisième fois il est soldé
    Quand elle appuie sur 1, puis 1
    Et Claire note que le rappel au 06 39 98 12 34 reste sans réponse
    Et Claire note que le rappel au 06 39 98 12 34 reste sans réponse
    Alors un rappel est dû au 06 39 98 12 34
    Quand Claire note que le rappel au 06 39 98 12 34 reste sans réponse
    Alors le rappel au 06 39 98 12 34 est soldé

  Scénario: Qui rappelle de soi-même et a un agent n’est plus rappelé
    Quand elle appuie sur 1, puis 1
    Et une minute passe
    Et Awa rappelle
    Et appuie sur 4, puis 2, puis 62100
    Et Claire finit son autre appel
    Et Claire prend l’appel d’Awa
    Et Claire décroche
    Alors Awa parle avec Claire
    Quand Claire raccroche
    Alors le rappel au 06 39 98 12 34 est soldé

  Scénario: Qui rappelle et que l’agent ne prend pas reste à rappeler
    Quand elle appuie sur 1, puis 1
    Et une minute passe
    Et Awa rappelle
    Et appuie sur 4, puis 2, puis 62100
    Et Claire finit son autre appel
    Et Claire prend l’appel d’Awa
    Et Claire laisse sonner son téléphone
    Et Awa raccroche
    Alors un rappel est dû au 06 39 98 12 34
