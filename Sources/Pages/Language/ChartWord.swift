/// A word or two that charts say.
public enum ChartWord: CaseIterable, Sendable {
  case index, shrunkIndex, response, responses, interval, limits, mean, rank
  case noResponses, closed, silent, suppressed, fewResponses
  case beyondLimits, aboveLimits, belowLimits, run, trend, twoOfThree
  case veryPositive, positive, neutral, negative, veryNegative
  case scale, below, orMore, event, noData

  public var phrase: Phrase {
    switch self {
    case .index: Phrase("indeksi", "index", "index")
    case .shrunkIndex: Phrase("tasoitettu indeksi", "utjämnat index", "shrunk index")
    case .response: Phrase("vastaus", "svar", "response")
    case .responses: Phrase("vastausta", "svar", "responses")
    case .interval: Phrase("95 %:n väli", "95 %-intervall", "95% interval")
    case .limits: Phrase("valvontarajat", "styrgränser", "control limits")
    case .mean: Phrase("keskiarvo", "medelvärde", "mean")
    case .rank: Phrase("sija", "plats", "rank")
    case .noResponses: Phrase("ei vastauksia", "inga svar", "no responses")
    case .closed: Phrase("suljettu", "stängt", "closed")
    case .silent: Phrase("laite ei yhteydessä", "ingen kontakt med enheten", "device silent")
    case .suppressed: Phrase("ei näytetä", "visas inte", "suppressed")
    case .fewResponses: Phrase("liian vähän vastauksia", "för få svar", "too few responses")
    case .beyondLimits:
      Phrase("valvontarajan ulkopuolella", "utanför styrgränsen", "beyond a limit")
    case .aboveLimits: Phrase("yli valvontarajan", "över styrgränsen", "above the limit")
    case .belowLimits: Phrase("alle valvontarajan", "under styrgränsen", "below the limit")
    case .run:
      Phrase(
        "7 peräkkäin samalla puolella", "7 i rad på samma sida", "7 in a row on one side")
    case .trend:
      Phrase(
        "7 peräkkäin samaan suuntaan", "7 i rad åt samma håll", "7 in a row one way")
    case .twoOfThree:
      Phrase("2 kolmesta lähellä rajaa", "2 av 3 nära gränsen", "2 of 3 near the limit")
    case .veryPositive: Phrase("erittäin tyytyväinen", "mycket nöjd", "very positive")
    case .positive: Phrase("tyytyväinen", "nöjd", "positive")
    case .neutral: Phrase("neutraali", "neutral", "neutral")
    case .negative: Phrase("tyytymätön", "missnöjd", "negative")
    case .veryNegative: Phrase("erittäin tyytymätön", "mycket missnöjd", "very negative")
    case .scale: Phrase("asteikko", "skala", "scale")
    case .below: Phrase("alle", "under", "below")
    case .orMore: Phrase("tai yli", "eller över", "or more")
    case .event: Phrase("tapahtuma", "händelse", "event")
    case .noData: Phrase("ei tietoja", "inga uppgifter", "no data")
    }
  }
}

extension Language {
  public func word(_ word: ChartWord) -> String { word.phrase[self] }

  /// `1 vastaus`, `351 vastausta`.
  public func responses(_ count: Int) -> String {
    "\(integer(count))\(Language.noBreakSpace)\(word(count == 1 ? .response : .responses))"
  }
}
