#include "base/shipped.h"
#include "daemonjson/document.h"
#include "daemonjson/validate.h"

#include <cstdlib>

using namespace harden;

static KeyTable known_keys()
{
    constexpr auto name = "daemonjson/keys.toml";
    return *key_table(*parse_toml(shipped(name), name));
}

// Whatever the bytes: a verdict with places inside the text, and where they are valid, a merge
// that holds what was asked for and stays valid.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    static const KeyTable table = known_keys();
    static const JsonValue wanted = shipped_document(DaemonProfile::Full);
    const std::string text(data, data + size);
    const auto judged = validate(text, table, {});
    for (const auto& complaint : judged.complaints) {
        if (complaint.where.begin > text.size())
            std::abort();
        if (show(complaint, "daemon.json", text).find('\x1b') != std::string::npos)
            std::abort();
    }
    if (!judged.root && judged.complaints.empty())
        std::abort();
    if (any_error(judged.complaints))
        return 0;
    const auto edited = with_document(text, wanted, table);
    const auto after = json_document(edited);
    if (!after.root || with_document(edited, wanted, table) != edited)
        std::abort();
    return 0;
}
