# language: fr
Fonctionnalité: Pendant la conversation

  Contexte:
    Étant donné que Claire est disponible à l’accueil
    Et que Awa attend un agent pour une route à Calais, au 06 39 98 12 34
    Et que Claire prend l’appel d’Awa
    Et que Claire décroche

  Scénario: Mettre en attente, puis reprendre
    Quand Claire met l’appel d’Awa en attente
    Alors Awa entend la musique d’attente
    Quand une minute passe
    Et Claire reprend l’appel d’Awa
    Alors Awa parle avec Claire

  Scénario: Raccrocher pendant la mise en attente
    Quand Claire met l’appel d’Awa en attente
    Et Awa raccroche
    Alors l’appel d’Awa est compté comme répondu
    Et Claire ne parle avec personne
    Et Claire est affichée « en fin d’appel »

  Scénario: Transférer à une équipe garde la place de l’arrivée
    Quand 2 minutes passent
    Et Bruno attend un agent pour une route à Calais
    Et Claire transfère l’appel d’Awa à l’équipe « Logement et fonds de solidarité »
    Alors Awa attend dans la file
    Et Awa entend « Nous vous passons l’équipe qui peut vous répondre. Vous gardez votre place. »
    Et Awa entend « Votre appel est le prochain. »

  Scénario: Transférer à un collègue sans un mot
    Étant donné que Mehdi est disponible à l’accueil
    Quand Claire transfère l’appel d’Awa à Mehdi
    Alors Awa entend « Nous vous passons un autre agent. Vous gardez votre place. »
    Et l’appel d’Awa est proposé à Mehdi
    Quand Mehdi prend l’appel d’Awa
    Et Mehdi décroche
    Alors Awa parle avec Mehdi
    Et Claire est affichée « en fin d’appel »

  Scénario: Le collègue choisi ne prend pas : tout le monde peut répondre
    Étant donné que Mehdi est disponible à l’accueil
    Quand Claire transfère l’appel d’Awa à Mehdi
    Et Claire finit d’écrire l’appel d’Awa
    Et Mehdi refuse l’appel d’Awa
    Alors l’appel d’Awa est proposé à Claire

  Scénario: Transférer à un numéro de l’extérieur
    Quand Claire transfère l’appel d’Awa au 03 21 00 00 99
    Et le 03 21 00 00 99 décroche
    Alors Awa parle avec le 03 21 00 00 99
    Et Claire ne parle avec personne

  Scénario: Le numéro de l’extérieur ne répond pas : la personne revient dans la file
    Quand Claire transfère l’appel d’Awa au 03 21 00 00 99
    Et le 03 21 00 00 99 ne décroche pas
    Alors Awa entend « Votre correspondant ne répond pas. Nous vous passons un agent. »
    Et Awa attend dans la file

  Scénario: Un numéro surtaxé ne peut pas entrer dans l’appel
    Quand Claire fait entrer le 08 99 12 34 56 dans l’appel d’Awa
    Alors l’écran de Claire répond « On n’appelle pas les numéros spéciaux commençant par 08. »
    Et Awa parle avec Claire

  Scénario: Demander un avis, la personne n’entend pas
    Étant donné que Mehdi est disponible à l’accueil
    Quand Claire demande l’avis de Mehdi sur l’appel d’Awa
    Alors Awa entend la musique d’attente
    Quand Mehdi prend l’appel d’Awa
    Et Mehdi décroche
    Alors Claire et Mehdi se parlent sans Awa
    Quand Claire met fin à l’avis sur l’appel d’Awa
    Alors Awa parle avec Claire
    Et Mehdi ne parle avec personne

  Scénario: Demander un avis, puis passer la personne à qui l’a donné
    Étant donné que Mehdi est disponible à l’accueil
    Quand Claire demande l’avis de Mehdi sur l’appel d’Awa
    Et Mehdi prend l’appel d’Awa
    Et Mehdi décroche
    Et Claire passe l’appel d’Awa à qui l’a conseillée
    Alors Awa parle avec Mehdi
    Et Claire ne parle avec personne
    Et Claire est affichée « en fin d’appel »
    Quand Mehdi raccroche
    Alors l’appel d’Awa est compté comme répondu

  Scénario: Demander l’avis d’un partenaire, puis reprendre la personne
    Quand Claire demande l’avis du 03 21 00 00 99 sur l’appel d’Awa
    Alors Awa entend la musique d’attente
    Quand le 03 21 00 00 99 décroche
    Et Claire met fin à l’avis sur l’appel d’Awa
    Alors Awa parle avec Claire

  Scénario: Parler à trois avec un partenaire
    Quand Claire fait entrer le 03 21 00 00 99 dans l’appel d’Awa
    Et le 03 21 00 00 99 décroche
    Et Claire réunit tout le monde dans l’appel d’Awa
    Alors Awa parle avec Claire
    Et Awa parle avec le 03 21 00 00 99
    Quand le 03 21 00 00 99 raccroche
    Alors Awa parle avec Claire
    Et l’appel d’Awa continue

  Scénario: L’agent quitte la conversation, qui continue sans lui
    Quand Claire fait entrer le 03 21 00 00 99 dans l’appel d’Awa
    Et le 03 21 00 00 99 décroche
    Et Claire quitte l’appel d’Awa
    Alors Awa parle avec le 03 21 00 00 99
    Et Claire ne parle avec personne
    Et Claire est affichée « en fin d’appel »

  Scénario: Terminer l’appel pour tous
    Quand Claire termine l’appel d’Awa
    Alors l’appel d’Awa est terminé
    Et Claire ne parle avec personne
    Et l’appel d’Awa est compté comme répondu

  Scénario: Le temps d’écriture finit de lui-même, et aucun appel n’est proposé pendant
    Quand Awa raccroche
    Et Bruno attend un agent pour une route à Calais
    Alors Claire est affichée « en fin d’appel »
    Et aucun appel n’est proposé à Claire
    Quand 65 secondes passent
    Alors l’appel de Bruno est proposé à Claire

  Scénario: Finir d’écrire plus tôt rend disponible aussitôt
    Étant donné que Awa raccroche
    Quand Claire finit d’écrire l’appel d’Awa
    Alors Claire est affichée « disponible »

  Scénario: La fiche devient une demande de plus
    Étant donné que Awa raccroche
    Quand Claire finit d’écrire l’appel d’Awa en ouvrant une demande « Logement »
    Alors l’appel d’Awa a ouvert 2 demandes

  Scénario: Les notes prises pendant l’appel survivent au navigateur fermé
    Quand Claire note « Trou au 12 rue des Dunes, dangereux la nuit » sur l’appel d’Awa
    Et Claire ferme son navigateur
    Et 5 minutes passent
    Alors Awa parle avec Claire
    Quand Claire rouvre son navigateur
    Alors Claire retrouve sa note « Trou au 12 rue des Dunes, dangereux la nuit » sur l’appel d’Awa
