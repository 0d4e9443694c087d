# language: fr
Fonctionnalité: Laisser un message

  Contexte:
    Étant donné que Claire est déjà en ligne
    Et que Awa attend un agent pour une route à Calais, au 06 39 98 12 34
    Et elle appuie sur 2

  Scénario: Un message laissé est gardé avec la demande, et un rappel est dû
    Alors elle a entendu « Votre message va être enregistré ; seuls nos agents l’écouteront. »
    Quand elle laisse un message de 12 secondes
    Et appuie sur dièse
    Alors elle entend « Votre message est enregistré. »
    Et son appel est terminé
    Et la demande d’Awa contient « Message vocal de 12 s. »
    Et un rappel est dû au 06 39 98 12 34
    Et son appel est compté comme message vocal

  Scénario: Un message vide est redemandé, puis c’est un agent
    Quand elle ne dit rien
    Alors elle entend « Nous n’avons pas reçu de message. »
    Quand elle ne dit rien 2 fois de suite
    Alors elle entend « Je vous mets en relation avec un agent. »
    Et elle attend dans la file
    Et aucun rappel n’est dû

  Scénario: Raccrocher pendant le message garde ce qui est dit
    Quand elle laisse un message de 8 secondes
    Et raccroche
    Alors la demande d’Awa contient « Message vocal de 8 s. »
    Et un rappel est dû au 06 39 98 12 34
    Et son appel est compté comme message vocal

  Scénario: Raccrocher sans rien dire ne laisse pas de message
    Quand elle raccroche
    Alors aucun rappel n’est dû
    Et la demande d’Awa ne contient aucun message vocal
    Et son appel est compté comme abandonné

  Scénario: Préférer un agent pendant l’enregistrement rend la même place
    Quand Bruno attend un agent pour une route à Calais
    Et Awa appuie sur 0
    Alors Awa attend dans la file
    Et Awa entend « Votre appel est le prochain. »

  Scénario: Un message d’un numéro masqué est gardé sans rappel possible
    Quand Inès appelle en numéro masqué
    Et appuie sur 4, puis 2, puis 62100, puis 2
    Et laisse un message de 10 secondes
    Et appuie sur dièse
    Alors la demande d’Inès contient « Message vocal de 10 s. »
    Et aucun rappel n’est dû
