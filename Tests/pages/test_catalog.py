"""The open-data description, as a portal that harvests it reads it."""

import datetime

import pytest
from rdflib import DCAT, FOAF, RDF, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS

PATH = "/public/v1/catalog.jsonld"
AUTHORITY = Namespace("http://publications.europa.eu/resource/authority/")
# DCAT-AP 3.0.1: what must be there, by class; the range of each.
MANDATORY = {
    DCAT.Catalog: {DCTERMS.title: Literal, DCTERMS.description: Literal, DCTERMS.publisher: URIRef},
    DCAT.Dataset: {DCTERMS.title: Literal, DCTERMS.description: Literal},
    DCAT.Distribution: {DCAT.accessURL: URIRef},
    FOAF.Agent: {FOAF.name: Literal},
}


@pytest.fixture(scope="module")
def graph(town):
    status, body = town.get(PATH)
    assert status == 200
    return Graph().parse(data=body, format="json-ld", publicID=town.http + PATH)


def test_what_dcat_ap_asks_for_is_there(graph):
    for kind, properties in MANDATORY.items():
        found = list(graph.subjects(RDF.type, kind))
        assert found, kind
        for subject in found:
            assert isinstance(subject, URIRef)
            for name, value_kind in properties.items():
                values = list(graph.objects(subject, name))
                assert values and all(isinstance(value, value_kind) for value in values), (
                    subject, name)
    for _, _, publisher in graph.triples((None, DCTERMS.publisher, None)):
        assert (publisher, RDF.type, FOAF.Agent) in graph
    for name in (DCTERMS.title, DCTERMS.description):
        for dataset in graph.subjects(RDF.type, DCAT.Dataset):
            assert {text.language for text in graph.objects(dataset, name)} == {"fi", "sv", "en"}


def test_a_dataset_is_a_public_root_with_its_time_and_rhythm(town, graph):
    catalogue = URIRef(town.http + PATH)
    dataset, = graph.objects(catalogue, DCAT.dataset)
    assert (dataset, DCTERMS.identifier, Literal("terveysasemat")) in graph
    assert (dataset, DCTERMS.title, Literal("Hälsostationer", lang="sv")) in graph
    assert (dataset, DCTERMS.accrualPeriodicity, AUTHORITY["frequency/MONTHLY"]) in graph
    licence, = graph.objects(dataset, DCTERMS.license)
    assert str(licence) == "https://creativecommons.org/licenses/by/4.0/"
    temporal, = graph.objects(dataset, DCTERMS.temporal)
    start, = graph.objects(temporal, DCAT.startDate)
    end, = graph.objects(temporal, DCAT.endDate)
    assert start.datatype == end.datatype == XSD.date and start.toPython().day == 1
    assert (end.toPython() + datetime.timedelta(1)).day == 1, "the last day, not the one after"
    assert not list(graph.objects(dataset, DCAT.contactPoint)), "nobody named one"


def test_every_address_of_the_description_answers(town, graph):
    formats = set()
    for distribution in graph.subjects(RDF.type, DCAT.Distribution):
        address, = graph.objects(distribution, DCAT.accessURL)
        assert str(address).startswith(town.http)
        status, body = town.get(str(address)[len(town.http):])
        assert status == 200 and body
        formats |= {str(value).rpartition("/")[2] for value in
                    graph.objects(distribution, DCTERMS.format)}
    assert formats == {"CSV", "JSON"}
    for page in graph.objects(None, DCAT.landingPage):
        assert town.get(str(page)[len(town.http):])[0] == 200


def test_the_public_page_leads_to_it(town):
    assert f'href="{PATH}"' in town.get("/?lang=en")[1]
