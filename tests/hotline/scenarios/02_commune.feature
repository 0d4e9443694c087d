# language: fr
Fonctionnalité: La commune, à partir du code postal

  Contexte:
    Étant donné 1 agent disponible
    Et que Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 2, puis 1

  Scénario: Plusieurs communes ont ce code, on choisit par une touche
    Quand elle compose 62000
    Alors elle entend « Plusieurs communes ont ce code postal. pour Arras, tapez 1. pour Dainville, tapez 2. »
    Quand elle appuie sur 2
    Alors elle entend « Votre commune est Dainville. »
    Et sa demande porte sur « Logement » à Dainville

  Scénario: Plusieurs communes ont ce code, on choisit par la voix
    Quand elle compose 62000
    Et dit « j’habite à Arras »
    Alors elle entend « Votre commune est Arras. »

  Scénario: Plus de six communes, les suivantes sont à la touche 8
    Quand elle compose 62217
    Alors elle entend « pour Achicourt, tapez 1. »
    Et elle entend « pour les communes suivantes, tapez 8. »
    Et elle n’entend pas « pour Wailly »
    Quand elle appuie sur 8
    Alors elle entend « pour Wailly, tapez 1. »
    Quand elle appuie sur 1
    Alors sa demande porte sur « Logement » à Wailly

  Scénario: Se raviser et donner un autre code postal
    Quand elle compose 62000, puis 9
    Alors elle entend « Dites ou tapez les cinq chiffres de votre code postal. »
    Quand elle compose 62100
    Alors sa demande porte sur « Logement » à Calais

  Scénario: Un code postal inconnu est redemandé
    Quand elle compose 99999
    Alors elle entend « Je ne trouve pas ce code postal. »
    Et elle entend « Dites ou tapez les cinq chiffres de votre code postal. »
    Quand elle compose 62100
    Alors elle entend « Votre commune est Calais. »

  Scénario: Trois codes postaux inconnus mènent à un agent
    Quand elle compose 99999, puis 99998, puis 99997
    Alors elle entend « Je vous mets en relation avec un agent. »
    Et elle attend dans la file
    Et son appel n’a ouvert aucune demande

  Scénario: Ne pas vouloir dire où l’on habite mène à un agent
    Quand elle compose 0 dièse
    Alors elle attend dans la file
    Et son appel n’a ouvert aucune demande
