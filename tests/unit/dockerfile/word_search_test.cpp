#include "dockerfile/word_search.h"
#include "support/catch.hpp"

using namespace harden;

namespace {

std::vector<std::string> found(const std::vector<std::string>& words, std::string_view text)
{
    std::vector<std::string> all;
    WordSearch{words}.each(text, [&](WordSearch::Hit hit) {
        all.push_back(words[hit.word] + "@" + std::to_string(hit.end));
        return true;
    });
    return all;
}

using Found = std::vector<std::string>;

}

TEST_CASE("every word is found at its end, in either case")
{
    CHECK(found({"xmrig", "minerd"}, "wget XMRig; ./minerd") == Found{"xmrig@10", "minerd@20"});
}

TEST_CASE("words inside one another are all found, the longest first")
{
    CHECK(found({"rig", "xmrig", "mri"}, "xmrig") == Found{"mri@4", "xmrig@5", "rig@5"});
}

TEST_CASE("a word that fails halfway does not hide another one")
{
    CHECK(found({"abcd", "bce"}, "abce") == Found{"bce@4"});
    CHECK(found({"aab"}, "aaab") == Found{"aab@4"});
}

TEST_CASE("the same word may stand for two things")
{
    CHECK(found({"tor", "tor"}, "tor") == Found{"tor@3", "tor@3"});
}

TEST_CASE("quotes and backslashes are passed over, blanks and commas are not")
{
    CHECK(found({"xmrig"}, "x'm'r\\i\"g\"") == Found{"xmrig@9"});
    CHECK(found({"xmrig"}, "xm rig xm,rig").empty());
}

TEST_CASE("a search ends when its reader has seen enough")
{
    int seen = 0;
    WordSearch{std::vector<std::string>{"aa"}}.each("aaaaaa",
                                                    [&](WordSearch::Hit) { return ++seen < 2; });
    CHECK(seen == 2);
}

TEST_CASE("a word is found wherever it stands, in the middle too")
{
    const WordSearch search{std::vector<std::string>{"xmrig", "ri"}};
    const auto holds = [&](const std::string& text, std::size_t word) {
        return search.any(text, [&](WordSearch::Hit hit) { return hit.word == word; });
    };
    for (std::size_t before = 0; before < 12; ++before)
        for (std::size_t behind = 0; behind < 12; ++behind) {
            const auto text = std::string(before, 'x') + "x'm'rig" + std::string(behind, 'm');
            INFO(text);
            CHECK(holds(text, 0));
            CHECK(holds(text, 1));
        }
    CHECK(!holds("xmri xmr ig", 0));
    CHECK(!holds("", 0));
}

TEST_CASE("a word is found whatever of it is usual")
{
    const std::vector<std::string> words{"fromhex", "install-xmrig", "from", "nc", "chrome"};
    const auto* const usual = "from FROM alpine; install f'rom chrome";
    const WordSearch search{words, usual};
    for (std::size_t before = 0; before < 12; ++before)
        for (std::size_t word = 0; word < words.size(); ++word) {
            auto text = std::string(before, 'i') + words[word];
            const auto finds = [&] {
                return search.any(text, [&](WordSearch::Hit hit) { return hit.word == word; });
            };
            INFO(text);
            CHECK(finds());
            text.insert(before + words[word].size() / 2, "'\\\"");
            CHECK(finds());
            text += " and more";
            CHECK(finds());
        }
    CHECK(!search.any("install from chrome", [](WordSearch::Hit hit) { return hit.word < 2; }));
}
