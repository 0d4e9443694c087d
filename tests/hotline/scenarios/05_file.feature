# language: fr
Fonctionnalité: La file d’attente

  Scénario: On annonce la place et une attente honnête
    Étant donné que Claire est déjà en ligne
    Et que 2 personnes attendent déjà
    Quand 10 secondes passent
    Et Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 4, puis 2, puis 62100
    Alors elle entend « Il y a 2 appels avant le vôtre. »
    Et elle entend « L’attente est de »
    Et elle entend « pour être rappelé sans perdre votre place, tapez 1. pour laisser un message, tapez 2. »

  Scénario: En dessous de deux minutes, aucun chiffre n’est promis
    Étant donné 3 agents disponibles
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 4, puis 2, puis 62100
    Alors elle entend « Votre appel est le prochain. L’attente est de moins de deux minutes. »

  Scénario: Sans agent présent, aucune attente n’est promise
    Étant donné aucun agent à l’accueil
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 4, puis 2, puis 62100
    Alors elle entend « Tous nos agents sont déjà en ligne. »
    Et elle entend « pour attendre au téléphone, tapez 2. »
    Et elle n’entend pas « L’attente est de »
    Quand elle appuie sur 2
    Alors elle attend dans la file
    Et elle n’entend pas « L’attente est de »

  Scénario: Un agent en pause ne compte pas parmi ceux qui répondent
    Étant donné que Claire est en pause
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 4, puis 2, puis 62100
    Alors elle entend « Tous nos agents sont déjà en ligne. »
    Et elle n’entend pas « L’attente est de »

  Scénario: La place avance quand quelqu’un devant raccroche
    Étant donné que Claire est déjà en ligne
    Et que 2 personnes attendent déjà
    Et que Awa attend un agent pour une route à Calais
    Quand Prudence raccroche
    Et une minute passe
    Alors Awa entend « Il y a un appel avant le vôtre. »
    Quand Quentin raccroche
    Et une minute passe
    Alors Awa entend « Votre appel est le prochain. »

  @lecon-fusionpbx-6743
  Scénario: La place annoncée ne recule jamais, même si un rappel promis plus tôt arrive à son heure
    Étant donné que nous sommes le lundi 16 novembre 2026 à 7 h 59
    Et Bruno appelle depuis le 06 39 98 12 35
    Et appuie sur 1, puis 4, puis 2, puis 62100, puis 1
    Et Claire est déjà en ligne
    Et 2 minutes passent
    Et Awa attend un agent pour une route à Calais
    Quand une minute passe
    Alors Awa n’a jamais entendu « Il y a 2 appels avant le vôtre. »

  @lecon-fusionpbx-pr-6515
  Scénario: Un rappel dû compte dans la place annoncée
    Étant donné que Claire est déjà en ligne
    Et que Bruno attend un agent pour une route à Calais, au 06 39 98 12 35
    Quand Bruno appuie sur 1, puis 1
    Alors un rappel est dû au 06 39 98 12 35
    Quand une minute passe
    Et Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 4, puis 2, puis 62100
    Alors elle entend « Il y a un appel avant le vôtre. »

  Scénario: Entre deux annonces, l’étoile redit la référence sans perdre la place
    Étant donné que Claire est déjà en ligne
    Et que Awa attend un agent pour une route à Calais
    Quand elle appuie sur étoile
    Alors elle réentend sa référence
    Et elle attend dans la file
    Quand elle appuie sur étoile
    Alors elle réentend sa référence

  Scénario: Une touche sans effet laisse dans la file
    Étant donné que Claire est déjà en ligne
    Et que Awa attend un agent pour une route à Calais
    Quand elle appuie sur 7, puis 8, puis 9
    Alors elle attend dans la file
    Quand une minute passe
    Alors elle entend « Votre appel est le prochain. »
    Et elle attend dans la file

  Scénario: Attendre une heure sans perdre sa place ni sa demande
    Étant donné que Claire est déjà en ligne
    Et que Awa attend un agent pour une route à Calais
    Quand une heure passe
    Alors elle attend dans la file
    Et elle entend « Votre appel est le prochain. »
    Et sa demande est gardée
