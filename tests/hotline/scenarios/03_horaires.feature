# language: fr
Fonctionnalité: Les heures de la ligne

  Scénario: Le soir, la ligne dit quand elle rouvre et prend quand même la demande
    Étant donné que nous sommes le lundi 16 novembre 2026 à 21 h 30
    Quand Awa appelle depuis le 06 39 98 12 34
    Alors elle entend « demain à 8 h »
    Et elle entend « Vous pouvez quand même laisser une demande. »
    Quand elle appuie sur 1, puis 4, puis 2, puis 62100
    Alors elle entend sa référence et son code secret
    Et elle entend « Nous allons convenir d’un rappel. »
    Et elle n’attend plus dans la file
    Quand elle appuie sur 1
    Alors elle entend « Nous vous rappellerons demain entre 8 h et 10 h. »
    Et son appel est terminé
    Et un rappel est dû au 06 39 98 12 34
    Et le rappel dû au 06 39 98 12 34 est promis le mardi 17 novembre 2026 entre 8 h et 10 h
    Et son appel est compté comme rappel promis

  Scénario: Le soir, demander un agent mène à un rappel
    Étant donné que nous sommes le lundi 16 novembre 2026 à 21 h 30
    Quand Bruno appelle depuis le 06 39 98 12 35
    Alors il entend « pour être rappelé par un agent, tapez 0. »
    Quand il appuie sur 0
    Alors il entend « Nous allons convenir d’un rappel. »
    Quand il raccroche
    Alors son appel est compté hors des heures

  Scénario: Le samedi, la ligne ferme à 14 h
    Étant donné que nous sommes le samedi 21 novembre 2026 à 14 h 05
    Et 1 agent disponible
    Quand Bruno appelle depuis le 06 39 98 12 35
    Alors il entend « lundi »
    Et il entend « Vous pouvez quand même laisser une demande. »

  Scénario: Un jour férié est dit par son nom
    Étant donné que nous sommes le mercredi 11 novembre 2026 à 10 h
    Quand Bruno appelle depuis le 06 39 98 12 35
    Alors il entend « Armistice »

  Scénario: Le Vendredi saint ferme la ligne en Alsace-Moselle seulement
    Étant donné que nous sommes le vendredi 26 mars 2027 à 10 h
    Et la ligne suit les jours fériés d’Alsace-Moselle
    Quand Bruno appelle depuis le 06 39 98 12 35
    Alors il entend « Vous pouvez quand même laisser une demande. »
    Et il entend « Vendredi saint »

  Scénario: Le même vendredi, la ligne du Pas-de-Calais répond
    Étant donné que nous sommes le vendredi 26 mars 2027 à 10 h
    Et 1 agent disponible
    Quand Bruno appelle depuis le 06 39 98 12 35
    Alors il entend « De quoi voulez-vous parler ? »

  Scénario: Une fermeture exceptionnelle est dite avec sa raison
    Étant donné la ligne est fermée le lundi 16 novembre 2026 pour « réunion de service »
    Quand Bruno appelle depuis le 06 39 98 12 35
    Alors il entend « réunion de service »
    Et il entend « Vous pouvez quand même laisser une demande. »

  Scénario: La nuit du passage à l’heure d’hiver ne décale pas la promesse
    Étant donné que nous sommes le samedi 24 octobre 2026 à 15 h
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 1, puis 4, puis 2, puis 62100, puis 1
    Alors le rappel dû au 06 39 98 12 34 est promis le lundi 26 octobre 2026 entre 8 h et 10 h

  Scénario: L’heure d’été et le lundi de Pâques : la promesse saute le jour férié
    Étant donné que nous sommes le samedi 27 mars 2027 à 15 h
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 1, puis 4, puis 2, puis 62100, puis 1
    Alors le rappel dû au 06 39 98 12 34 est promis le mardi 30 mars 2027 entre 8 h et 10 h

  Scénario: À cinq minutes de la fermeture, le rappel est promis pour le lendemain
    Étant donné que nous sommes le lundi 16 novembre 2026 à 20 h 55
    Et Claire est déjà en ligne
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 4, puis 2, puis 62100, puis 1, puis 1
    Alors le rappel dû au 06 39 98 12 34 est promis le mardi 17 novembre 2026 entre 8 h et 10 h

  Scénario: Suivre une demande ne dépend pas des heures
    Étant donné que nous sommes le lundi 16 novembre 2026 à 20 h 50
    Et Claire est déjà en ligne
    Et Awa attend un agent pour une route à Calais, au 06 39 98 12 34
    Quand elle raccroche
    Et 20 minutes passent
    Et Awa rappelle
    Et appuie sur 9
    Et compose sa référence
    Et compose son code secret
    Alors elle entend « Votre demande est reçue. Un agent va l’étudier. »
