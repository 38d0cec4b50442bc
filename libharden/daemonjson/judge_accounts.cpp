#include "base/text.h"
#include "daemonjson/judge.h"

namespace harden {

static constexpr int not_found = 2; // of getent

static bool is_missing(const Judge& judge, const char* database, std::string_view name)
{
    const auto looked = judge.facts.host->query({"getent", database, std::string{name}});
    return looked && looked->status == not_found;
}

static void judge_group(const Judge& judge)
{
    const auto* group = judge.text_at("group");
    if (group != nullptr && !group->text.empty() && !to_number(group->text) &&
        is_missing(judge, "group", group->text))
        judge.error(group->span, "group.missing",
                    cat("there is no group ", escaped(json_string(group->text)),
                        ": dockerd does not start"),
                    "groupadd it, or leave the key out");
}

// "default", "user", "user:group", each as a name or a number.
static void judge_user(const Judge& judge)
{
    const auto* remap = judge.text_at("userns-remap");
    if (remap == nullptr || remap->text.empty() || remap->text == "default")
        return;
    const auto user = std::string_view{remap->text}.substr(0, remap->text.find(':'));
    if (is_missing(judge, "passwd", user))
        judge.error(
            remap->span, "userns.missing",
            cat("there is no user ", escaped(json_string(user)), ": dockerd does not start"),
            "\"default\" makes one");
}

// A directory that dockerd makes where it is not there.
static void judge_directory(const Judge& judge, std::string_view key)
{
    const auto* value = judge.text_at(key);
    if (value == nullptr || !value->text.starts_with('/'))
        return;
    auto above = Path{value->text}.lexically_normal();
    while (above != "/" && judge.facts.host->status(above).is_absent())
        above = above.parent_path();
    const auto status = judge.facts.host->status(above);
    const bool is_kernels = above == "/proc" || above == "/sys";
    if (is_kernels || (status && status->type == FileType::Regular))
        judge.error(value->span, "files.unwritable",
                    cat("\"", key, "\": nothing can be made in ", escaped(above.native()),
                        ": dockerd does not start"));
}

void judge_accounts(const Judge& judge)
{
    if (judge.facts.host == nullptr)
        return;
    judge_group(judge);
    judge_user(judge);
    for (const auto* key : {"data-root", "exec-root"})
        judge_directory(judge, key);
}

}
