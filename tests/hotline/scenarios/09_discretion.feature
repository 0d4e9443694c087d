# language: fr
Fonctionnalité: Les sujets discrets et les urgences

  Contexte:
    Étant donné que Claire est déjà en ligne

  Scénario: Un enfant en danger : le 119 d’abord, et aucune question sur la personne
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 3, puis 2
    Alors elle entend « un numéro gratuit répond jour et nuit »
    Et elle entend « Composez le 119. »
    Quand elle compose 62100
    Alors elle entend « Nous ne vous demandons ni votre nom ni votre adresse. »
    Et elle attend dans la file
    Et elle reçoit le SMS « Votre message est arrivé. »

  Scénario: Le rappel d’un sujet discret ne dit rien à une autre personne
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 3, puis 2, puis 62100, puis 1, puis 1
    Alors elle entend « Nous ne dirons pas à une autre personne pourquoi nous appelons. »

  Scénario: Trois silences sur un sujet discret ne promettent pas un rappel que personne n’a demandé
    Étant donné que nous sommes le lundi 16 novembre 2026 à 21 h 30
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 1, puis 3, puis 2, puis 62100
    Et ne dit rien 3 fois de suite
    Alors elle entend « Nous n’avons pas de numéro où vous rappeler. »
    Et aucun rappel n’est dû

  Scénario: Trois silences sur un autre sujet : la personne est rappelée au numéro affiché
    Étant donné que nous sommes le lundi 16 novembre 2026 à 21 h 30
    Quand Awa appelle depuis le 06 39 98 12 34
    Et appuie sur 1, puis 4, puis 2, puis 62100
    Et ne dit rien 3 fois de suite
    Alors elle entend « Nous vous rappelons au numéro qui s’affiche. »
    Et un rappel est dû au 06 39 98 12 34

  Scénario: Une question de santé donne le 15 avant tout
    Quand Bruno appelle depuis le 06 39 98 12 35
    Et appuie sur 3, puis 1
    Alors il entend « Si une vie est en danger, raccrochez et appelez le SAMU. Composez le 15. »
    Quand il raccroche
    Alors son appel est compté comme réorienté
