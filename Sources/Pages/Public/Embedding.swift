import Publishing

/// What another site copies to show a place's numbers: HTML.
struct Embedding {
  let frameCode: String
  let imageCode: String

  init(_ series: PublishedSeries, title: String, _ origin: String, _ language: Language) {
    let query = [("question", String?(series.question)), ("lang", language.rawValue)]
    let page = origin + Address("/embed/\(series.node)", query).text
    let image = origin + Address("/embed/\(series.node)/chart.svg", query).text
    let frame: Markup = """
      <iframe src="\(page)" title="\(title)" width="100%" height="520" loading="lazy" \
      style="border: 0"></iframe>
      """
    frameCode = frame.text
    let picture: Markup = """
      <img src="\(image)" alt="\(title)" width="752" style="max-width: 100%">
      """
    imageCode = picture.text
  }
}
