import Testing

@testable import LaminarAWS

@Suite struct XMLTextsTests {
    @Test("texts are found by path: entities, CDATA, comments, prefixes, attributes")
    func texts() throws {
        let texts = try XMLTexts(
            reading: Array(
                """
                <?xml version="1.0" encoding="UTF-8"?><!-- <no> -->
                <s:a xmlns:s="x>y" b='"'><b>1 &lt;&amp;&gt; &quot;&apos; &#65;&#x1F600;</b><c><![CDATA[<&>]]>é</c >
                <d/><d e="/"/><b>second</b><e><b>deep</b></e></s:a>
                """.utf8))
        #expect(texts["a/b"] == "1 <&> \"' A😀")
        #expect(texts["a/c"] == "<&>é")
        #expect(texts["a/e/b"] == "deep")
        #expect(texts["a/d"] == nil)
        #expect(texts.first(endingWith: "e/b") == "deep")
        #expect(texts.first(endingWith: "x") == nil)
    }

    @Test(
        "anything that isn't well-formed, or could grow, is refused",
        arguments: [
            "", "text", "<a>", "</a>", "<a></b>", "<a><b></a></b>", "<a", "<a b='>", "<a>&b;</a>", "<a>&amp</a>",
            "<a>&</a>",
            "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#x110000;</a>", "<a>&#99999999999;</a>", "<!DOCTYPE a><a>b</a>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a><!--</a>", "<a><![CDATA[</a>", "<?xml", "<>x</>", "</a/>",
            "<a <b></a>", "{\"a\":1}",
        ])
    func refused(document: String) {
        let error = #expect(throws: AWSError.self) { try XMLTexts(reading: Array(document.utf8)) }
        #expect(error?.code == .malformedAnswer)
    }

    @Test("depth and size are bounded, and text is UTF-8")
    func bounds() {
        let deep = String(repeating: "<a>", count: 33) + String(repeating: "</a>", count: 33)
        let large = "<a>" + String(repeating: "b", count: XMLTexts.limit) + "</a>"
        for document in [Array(deep.utf8), Array(large.utf8), Array("<a>".utf8) + [0xff] + Array("</a>".utf8)] {
            #expect(throws: AWSError.self) { try XMLTexts(reading: document) }
        }
    }

    @Test("no mutation of an answer ends the process")
    func mutations() {
        var generator = SystemRandomNumberGenerator()
        let original = Array("<r a=\"b\"><c>1 &lt; 2</c><!-- d --><e><![CDATA[f]]></e><g/></r>".utf8)
        for _ in 0..<20_000 {
            var document = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                guard let index = document.indices.randomElement(using: &generator) else { continue }
                switch Int.random(in: 0...2, using: &generator) {
                case 0: document[index] = Array("<>/&;!-[]\"'= a".utf8).randomElement(using: &generator) ?? 0
                case 1: document.remove(at: index)
                default: document.removeSubrange(index...)
                }
            }
            _ = try? XMLTexts(reading: document)
        }
    }
}
