# language: fr
Fonctionnalité: Langues, lieux d’accueil et numéros d’urgence

  Scénario: La nuit, une question de santé va au médecin de garde et n’attend jamais
    Étant donné que nous sommes le lundi 16 novembre 2026 à 23 h
    Quand Bruno appelle depuis le 06 39 98 12 35
    Et appuie sur 1, puis 3, puis 1
    Alors il entend « Si une vie est en danger, raccrochez et appelez le SAMU. »
    Et il entend « un médecin de garde répond aux questions de santé. Je vous le passe. »
    Et il n’attend plus dans la file
    Quand le 03 53 01 01 15 décroche
    Alors Bruno parle avec le 03 53 01 01 15
    Et aucun rappel n’est dû

  Scénario: Le médecin de garde ne répond pas : le 15 est donné
    Étant donné que nous sommes le lundi 16 novembre 2026 à 23 h
    Quand Bruno appelle depuis le 06 39 98 12 35
    Et appuie sur 1, puis 3, puis 1
    Et le 03 53 01 01 15 ne décroche pas
    Alors Bruno entend « Le médecin de garde ne répond pas. »
    Et Bruno entend « Composez le 15. »
    Et Bruno entend « Que souhaitez-vous faire maintenant ? »

  Scénario: Le jour, une question de santé est traitée ici
    Étant donné que nous sommes le lundi 16 novembre 2026 à 19 h 55
    Et 1 agent disponible
    Quand Bruno appelle depuis le 06 39 98 12 35
    Et appuie sur 3, puis 1, puis 62100
    Alors il attend dans la file
    Et sa demande porte sur « Santé » à Calais

  Scénario: Cinq minutes plus tard, la même question va au médecin de garde
    Étant donné que nous sommes le lundi 16 novembre 2026 à 20 h
    Et 1 agent disponible
    Quand Bruno appelle depuis le 06 39 98 12 35
    Et appuie sur 3, puis 1
    Alors il entend « Je vous le passe. »
    Et il n’attend plus dans la file

  Scénario: Être servi en anglais
    Étant donné 1 agent disponible
    Quand Mary appelle depuis le 06 39 98 12 50
    Et appuie sur 6
    Alors elle entend « What is it about? Say it, or choose. »
    Quand elle appuie sur 4, puis 2
    Alors elle entend « Say or key in the five digits of your postcode. »
    Quand elle compose 62100
    Alors elle attend dans la file
    Et sa demande porte sur « Routes » à Calais

  Scénario: Le lieu d’accueil le plus proche, et son adresse par SMS
    Étant donné 1 agent disponible
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 5, puis 5, puis 62100
    Alors elle entend « Voici les lieux d’accueil de votre territoire. »
    Et elle entend « MDS »
    Et elle entend « pour recevoir cette adresse par SMS, tapez 1. »
    Quand elle appuie sur 1
    Alors elle entend « L’adresse vous est envoyée par SMS. »
    Et elle reçoit le SMS « MDS »

  Scénario: Un numéro masqué n’est pas invité à recevoir un SMS
    Étant donné 1 agent disponible
    Quand Inès appelle en numéro masqué
    Et appuie sur 5, puis 5, puis 62100
    Alors elle entend « Voici les lieux d’accueil de votre territoire. »
    Et elle n’entend pas « par SMS »
