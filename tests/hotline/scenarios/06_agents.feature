# language: fr
Fonctionnalité: L’agent répond

  Contexte:
    Étant donné que Claire est disponible à l’accueil
    Et qu’une minute passe
    Et que Mehdi est disponible à l’accueil

  Scénario: L’appel est proposé à un agent, qui le prend, décroche, parle et raccroche
    Quand Awa attend un agent pour une route à Calais
    Alors l’appel d’Awa est proposé à Claire
    Et aucun appel n’est proposé à Mehdi
    Et Awa attend dans la file
    Quand Claire prend l’appel d’Awa
    Alors le téléphone de Claire sonne
    Et le téléphone de Mehdi ne sonne pas
    Et Awa attend dans la file
    Quand Claire décroche
    Alors Awa entend « Un agent vous répond. »
    Et Awa parle avec Claire
    Et Claire est affichée « en ligne »
    Quand Awa dit « Bonjour, il y a un trou devant chez moi. »
    Et 10 minutes passent
    Alors l’appel d’Awa continue
    Quand Claire raccroche
    Alors l’appel d’Awa est terminé
    Et l’appel d’Awa est compté comme répondu

  Scénario: L’écran dit qui appelle et pourquoi, avant de décrocher
    Étant donné que Jeanne Delcourt est connue avec le 06 39 98 12 36
    Quand Jeanne attend un agent pour une route à Calais, au 06 39 98 12 36
    Alors l’écran de Claire montre « +33639981236 » avant de décrocher
    Et l’écran de Claire montre « Routes » avant de décrocher
    Et l’écran de Claire montre « Calais » avant de décrocher
    Et l’écran de Claire montre « Jeanne » avant de décrocher
    Et l’écran de Claire ne montre pas « Delcourt » avant de décrocher

  Scénario: La personne raccroche la première
    Étant donné que Awa attend un agent pour une route à Calais
    Quand Claire prend l’appel d’Awa
    Et Claire décroche
    Et Awa raccroche
    Alors l’appel d’Awa est compté comme répondu
    Et Claire ne parle avec personne
    Et Claire est affichée « en fin d’appel »

  Scénario: Les plus anciens d’abord
    Étant donné que Claire se met en pause
    Et que Mehdi se met en pause
    Et que Awa attend un agent pour une route à Calais
    Et qu’une minute passe
    Et que Bruno attend un agent pour une route à Calais
    Quand Mehdi se rend disponible
    Alors l’appel d’Awa est proposé à Mehdi
    Quand Mehdi prend l’appel d’Awa
    Et Mehdi décroche
    Alors Awa parle avec Mehdi
    Et Bruno attend dans la file

  @lecon-asterisk-1557
  Scénario: Deux agents prennent le même appel au même instant : un seul l’a, les autres appels survivent
    Étant donné que Claire se met en pause
    Et que Mehdi se met en pause
    Et que Awa attend un agent pour une route à Calais
    Et que Bruno attend un agent pour une route à Calais
    Quand Claire et Mehdi prennent l’appel d’Awa au même instant
    Alors un seul des deux a l’appel, l’autre lit « Cet appel a déjà été pris »
    Et un seul téléphone d’agent sonne
    Et Bruno attend dans la file

  @lecon-freeswitch-2529
  Scénario: Qui a raccroché n’est proposé à personne
    Étant donné que Awa attend un agent pour une route à Calais, au 06 39 98 12 34
    Quand Awa raccroche
    Alors aucun appel n’est proposé à Claire
    Et Claire ne voit pas « 06 39 98 12 34 » à l’accueil
    Quand une minute passe
    Alors aucun appel n’est proposé à Mehdi
    Et aucun téléphone d’agent n’a sonné
    Et Claire est affichée « disponible »
    Et l’appel d’Awa est compté comme abandonné
    Et la demande d’Awa est gardée

  Scénario: Trop tard : accepter l’appel de qui vient de raccrocher
    Étant donné que Awa attend un agent pour une route à Calais
    Et que Claire prend l’appel d’Awa
    Quand Awa raccroche
    Et une minute passe
    Alors le téléphone de Claire ne sonne pas
    Et l’appel d’Awa est terminé
    Et Claire est affichée « disponible »

  Scénario: L’agent ne répond pas à la proposition : elle passe au suivant, la personne garde sa place
    Étant donné que Awa attend un agent pour une route à Calais
    Et que Bruno attend un agent pour une route à Calais
    Quand Mehdi refuse l’appel de Bruno
    Et 30 secondes passent
    Alors l’appel d’Awa est proposé à Mehdi
    Et Awa attend dans la file
    Quand Mehdi prend l’appel d’Awa
    Et Mehdi décroche
    Alors Awa parle avec Mehdi

  Scénario: Un agent qui laisse passer deux appels est mis en pause
    Étant donné que Mehdi se met en pause
    Et que Awa attend un agent pour une route à Calais
    Quand 3 minutes passent
    Alors Claire est affichée « en pause »
    Et Awa attend dans la file
    Et aucun appel n’est proposé à Claire

  Scénario: L’agent refuse la proposition : l’autre la reçoit
    Étant donné que Awa attend un agent pour une route à Calais
    Quand Claire refuse l’appel d’Awa
    Alors l’appel d’Awa est proposé à Mehdi
    Et Claire est affichée « disponible »

  Scénario: L’agent accepte mais ne décroche pas son téléphone : la personne n’a rien entendu et garde sa place
    Étant donné que Awa attend un agent pour une route à Calais
    Quand 10 secondes passent
    Et Claire prend l’appel d’Awa
    Et Claire laisse sonner son téléphone
    Alors Awa attend dans la file
    Et Awa n’a jamais entendu « Un agent vous répond. »
    Et l’appel d’Awa est proposé à Mehdi
    Quand Mehdi prend l’appel d’Awa
    Et Mehdi décroche
    Alors Awa parle avec Mehdi

  Scénario: Sur un poste seul, le téléphone sonne avec la proposition et décrocher suffit
    Étant donné que Claire se met en pause
    Et que Mehdi se met en pause
    Et que Claire se rend disponible sur son poste
    Quand Awa attend un agent pour une route à Calais
    Alors le téléphone de Claire sonne
    Quand Claire décroche
    Alors Awa parle avec Claire
    Et Claire est affichée « en ligne »

  Scénario: Sur un poste seul, refuser la sonnerie passe l’appel au suivant
    Étant donné que Mehdi se met en pause
    Et que Claire se rend disponible sur son poste
    Quand Awa attend un agent pour une route à Calais
    Et Mehdi se rend disponible
    Et Claire refuse de décrocher
    Alors l’appel d’Awa est proposé à Mehdi

  Scénario: Une page fermée sans prévenir ne reçoit plus d’appels
    Étant donné que Mehdi se met en pause
    Quand Claire ferme son navigateur
    Et 4 minutes passent
    Et Awa attend un agent pour une route à Calais
    Alors aucun appel n’est proposé à Claire
    Et Claire est affichée « absente »

  Scénario: Un appel masqué se prend comme un autre
    Quand Awa appelle en numéro masqué
    Et appuie sur 0
    Et Claire prend le prochain appel
    Et Claire décroche
    Alors Awa parle avec Claire

  Scénario: Prendre soi-même un appel dans la liste, sans attendre une proposition
    Étant donné que Claire se met en pause
    Et que Mehdi se met en pause
    Et que Awa attend un agent pour une route à Calais
    Et que Bruno attend un agent pour une route à Calais
    Quand Claire prend l’appel de Bruno
    Et Claire décroche
    Alors Bruno parle avec Claire
    Et Awa attend dans la file

  Scénario: Un agent en ligne ne peut pas prendre un second appel
    Étant donné que Awa attend un agent pour une route à Calais
    Et que Claire prend l’appel d’Awa
    Et que Claire décroche
    Et que Mehdi se met en pause
    Et que Bruno attend un agent pour une route à Calais
    Quand Claire prend l’appel de Bruno
    Alors l’écran de Claire répond « Vous êtes déjà en contact avec quelqu’un. »
    Et Awa parle avec Claire
    Et Bruno attend dans la file

  Scénario: La demande prise au téléphone est sur l’écran d’accueil
    Étant donné que Claire se met en pause
    Et que Mehdi se met en pause
    Et que Awa attend un agent pour une route à Calais, au 06 39 98 12 34
    Alors Claire voit « 06 39 98 12 34 » à l’accueil
    Et Claire voit « Routes » à l’accueil
