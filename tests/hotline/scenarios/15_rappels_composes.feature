# language: fr
Fonctionnalité: Le rappel se compose quand le tour vient

  Contexte:
    Étant donné que nous sommes le lundi 16 novembre 2026 à 9 h 04
    Et que Claire est déjà en ligne
    Et que Awa attend un agent pour une route à Calais, au 06 39 98 12 34

  Scénario: Le téléphone de l’agent sonne d’abord, puis celui de la personne
    Quand Awa appuie sur 1, puis 1
    Et une minute passe
    Et Claire finit son autre appel
    Alors le téléphone de Claire sonne
    Et le téléphone d’Awa ne sonne pas
    Quand Claire décroche
    Alors le téléphone d’Awa sonne
    Quand Awa décroche
    Alors Awa parle avec Claire
    Quand 3 minutes passent
    Et Awa raccroche
    Alors le rappel au 06 39 98 12 34 est soldé
    Et le rapport du jour compte 1 rappel promis et 1 tenu
    Et Claire est affichée « en fin d’appel »

  Scénario: Le rappel passe à sa place, avant qui est arrivé après
    Quand Awa appuie sur 1, puis 1
    Et 5 minutes passent
    Et Bruno attend un agent pour une route à Calais
    Et Claire finit son autre appel
    Alors le téléphone de Claire sonne
    Et aucun appel n’est proposé à Claire
    Quand Claire décroche
    Alors le téléphone d’Awa sonne
    Et Bruno attend dans la file

  Scénario: L’agent ne décroche pas : personne n’a été dérangé, le rappel garde sa place
    Quand Awa appuie sur 1, puis 1
    Et une minute passe
    Et Claire finit son autre appel
    Et Claire laisse sonner son téléphone
    Alors le téléphone d’Awa ne sonne pas
    Et un rappel est dû au 06 39 98 12 34
    Et le rappel dû au 06 39 98 12 34 garde la place de 9 h 04

  Scénario: La personne ne répond pas : on n’essaie pas de nouveau tout de suite
    Quand Awa appuie sur 1, puis 1
    Et une minute passe
    Et Claire finit son autre appel
    Et Claire décroche
    Et Awa ne décroche pas
    Et 10 minutes passent
    Alors un rappel est dû au 06 39 98 12 34
    Et le téléphone d’Awa ne sonne pas
    Et Claire ne parle avec personne

  Scénario: Un rappel promis pour demain ne sonne pas ce soir
    Étant donné que Awa raccroche
    Et que 11 heures et 40 minutes passent
    Quand Bruno appelle depuis le 06 39 98 12 35
    Et appuie sur 4, puis 2, puis 62100, puis 1, puis 1
    Et 20 minutes passent
    Et Claire finit son autre appel
    Et 2 minutes passent
    Alors le téléphone de Claire ne sonne pas
    Et le rappel dû au 06 39 98 12 35 est promis le mardi 17 novembre 2026 entre 8 h et 10 h

  Scénario: Qui a abandonné après une vraie attente est proposé à rappeler, rien n’est promis
    Quand 2 minutes passent
    Et Awa raccroche
    Alors aucun rappel n’est dû
    Et Claire voit « 06 39 98 12 34 » à l’accueil
    Et son appel est compté comme abandonné

  Scénario: Qui a abandonné et rappelle n’est plus proposé
    Quand 2 minutes passent
    Et Awa raccroche
    Et Awa rappelle
    Et appuie sur 4, puis 2, puis 62100
    Alors aucun rappel n’est dû
    Et aucun abandon n’est proposé à rappeler

  Scénario: Un sujet discret abandonné n’est jamais proposé à rappeler
    Quand Awa raccroche
    Et Inès appelle depuis le 06 39 98 12 37
    Et appuie sur 3, puis 2, puis 62100
    Et 3 minutes passent
    Et Inès raccroche
    Alors aucun abandon n’est proposé à rappeler
