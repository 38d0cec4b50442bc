#include "dockerfile/decode.h"
#include "support/catch.hpp"

#include <algorithm>

using namespace harden;

namespace {

bool reads_as(std::string_view word, std::string_view wanted)
{
    const auto all = readings(word);
    return std::any_of(all.begin(), all.end(), [&](const Reading& one) {
        return one.text.find(wanted) != std::string::npos;
    });
}

}

TEST_CASE("a word is folded to what it looks like")
{
    CHECK(fold("XMRig") == "xmrig");
    CHECK(fold("ｘｍｒｉｇ") == "xmrig");  // fullwidth
    CHECK(fold("xm\u200brig") == "xmrig"); // zero-width space
    CHECK(fold("хmrіg") == "xmrig");       // Cyrillic
    CHECK(fold("ХМRIG") == "xmrig");       // Cyrillic capitals
    CHECK(fold("𝐱𝗆𝓻𝒾𝕘") == "xmrig");       // mathematical letters
    CHECK(fold("xmr\u00edg") == "xmrig");  // an accent
    CHECK(fold("xmr\u00adig") == "xmrig"); // soft hyphen
    CHECK(fold("ⓧⓜⓡⓘⓖ") == "xmrig");       // circled
}

TEST_CASE("bytes that are no UTF-8 stay as they are")
{
    CHECK(fold("XM\xff\xfeRIG") == "xm\xff\xferig");
}

TEST_CASE("each coding is undone where it leads to readable text")
{
    CHECK(percent_decoded("%78mrig%20") == "xmrig ");
    CHECK(escapes_decoded("\\x78\\u006d\\162ig") == "xmrig");
    CHECK(escapes_decoded("\\0170mrig") == "xmrig");
    CHECK(hex_decoded("786d726967") == "xmrig");
    CHECK(base64_decoded("eG1yaWc=") == "xmrig");
    CHECK(base64_decoded("Li94bXJpZyAtbyBwOjMzMzM") == "./xmrig -o p:3333");
    CHECK(literals_joined(R"(os.system("xm"+"rig"))") == R"(os.system("xmrig"))");
    CHECK(literals_joined(R"('xm' . 'rig')") == R"('xmrig')");
}

TEST_CASE("what is not coded is not decoded")
{
    CHECK(percent_decoded("100%").empty());
    CHECK(escapes_decoded("a\\b").empty());
    CHECK(hex_decoded("e3b0c44298fc1c14").empty()); // a digest
    CHECK(base64_decoded("install").empty());
    CHECK(base64_decoded("abcde").empty());
    CHECK(literals_joined(R"("a", "b")").empty());
}

TEST_CASE("braces are expanded, each alternative once")
{
    CHECK(braces_expanded("{xm,gm}rig") == std::vector<std::string>{"gmrig", "xmrig"});
    CHECK(braces_expanded("${a,b}").empty());
    CHECK(braces_expanded("a{b}c").empty());
}

TEST_CASE("many braces end in bounded work")
{
    std::string word;
    for (int i = 0; i < 1000; ++i)
        word += "{a,b}";
    CHECK(braces_expanded(word).size() <= 16);
}

TEST_CASE("disguises one inside another are undone")
{
    CHECK(reads_as("JTc4bXJpZw==", "xmrig")); // base64 of %78mrig
    CHECK(reads_as("\\x65G1yaWc=", "xmrig")); // base64 whose first letter is escaped
    CHECK(reads_as("x{m,n}%72ig", "xmrig"));
}

TEST_CASE("a reading says how it was hidden")
{
    CHECK(readings("plain").front().disguise == Disguise::None);
    CHECK(readings("хmrig").front().disguise == Disguise::Unicode);
    CHECK(readings("eG1yaWcgLW8=").back().disguise == Disguise::Base64);
}
