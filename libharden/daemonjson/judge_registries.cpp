#include "base/text.h"
#include "daemonjson/judge.h"

#include <algorithm>
#include <map>

namespace harden {

static bool has_credentials(std::string_view url)
{
    const auto scheme = url.find("://");
    const auto begin = scheme == std::string_view::npos ? 0 : scheme + 3;
    const auto authority = url.substr(begin, url.find('/', begin) - begin);
    return authority.find('@') != std::string_view::npos;
}

static constexpr DockerVersion takes_paths{25, 0};

static void judge_mirror(const Judge& judge, const JsonValue& mirror)
{
    std::string_view rest = mirror.text;
    const bool is_http = rest.starts_with("http://") || rest.starts_with("https://");
    rest.remove_prefix(is_http ? rest.find("://") + 3 : 0);
    const auto slash = rest.find('/');
    const bool has_path = slash != std::string_view::npos && slash + 1 != rest.size();
    if (!is_http || rest.empty() || slash == 0)
        judge.error(
            mirror.span, "mirrors.url",
            cat(escaped(json_string(mirror.text)), " is not a mirror: dockerd does not start"),
            "as in \"https://mirror.example\"");
    else if ((has_path && judge.is_before(takes_paths)) ||
             rest.find_first_of("?#") != std::string_view::npos || has_credentials(mirror.text))
        judge.error(mirror.span, "mirrors.url",
                    cat("a mirror takes no query and no credentials",
                        judge.is_before(takes_paths) ? ", and before Docker 25 no path" : "",
                        ": dockerd does not start"));
}

static void judge_proxy(const Judge& judge, const JsonValue* proxy)
{
    if (proxy != nullptr && proxy->type == JsonType::Text && has_credentials(proxy->text))
        judge.warn(proxy->span, "proxies.credentials",
                   "this URL carries a password that every reader of the file sees",
                   "use a proxy that knows this node by its address");
}

static void judge_labels(const Judge& judge, const JsonValue& labels)
{
    std::map<std::string, std::string, std::less<>> seen;
    for (const auto& label : labels.elements) {
        const auto equals = label.text.find('=');
        if (label.type != JsonType::Text)
            continue;
        if (equals == std::string::npos) {
            judge.error(
                label.span, "labels.form",
                cat(escaped(json_string(label.text)), " is not KEY=VALUE: dockerd does not start"));
            continue;
        }
        if (equals == 0)
            judge.warn(label.span, "labels.form", "this label has no name");
        const auto value = label.text.substr(equals + 1);
        const auto [before, is_new] = seen.emplace(label.text.substr(0, equals), value);
        if (!is_new && before->second != value)
            judge.error(label.span, "labels.conflict",
                        cat("the label ", escaped(before->first),
                            " has another value above: "
                            "dockerd does not start"));
    }
}

static void judge_exec_option(const Judge& judge, const JsonValue& option)
{
    if (option.type != JsonType::Text)
        return;
    const auto equals = option.text.find('=');
    const auto key = option.text.substr(0, equals);
    const auto value = equals == std::string::npos ? "" : option.text.substr(equals + 1);
    const bool is_ignored = judge.is_before({28, 0});
    if (key != "native.cgroupdriver")
        judge.error(option.span, "exec-opts.unknown",
                    cat(escaped(json_string(option.text)), " is no option: dockerd ",
                        is_ignored ? "ignores it" : "does not start"),
                    "native.cgroupdriver is the only one");
    else if (value != "systemd" && value != "cgroupfs")
        judge.error(option.span, "exec-opts.value",
                    "native.cgroupdriver is systemd or cgroupfs: dockerd does not start");
}

static bool uses_systemd(const Judge& judge)
{
    const auto* options = judge.list_at("exec-opts");
    return options != nullptr && std::ranges::any_of(options->elements, [](const auto& option) {
               return option.is_text("native.cgroupdriver=systemd");
           });
}

static void judge_cgroup_parent(const Judge& judge)
{
    const auto* parent = judge.text_at("cgroup-parent");
    if (parent != nullptr && !parent->text.empty() && uses_systemd(judge) &&
        (parent->text.size() <= 6 || !parent->text.ends_with(".slice")))
        judge.error(parent->span, "cgroup-parent.slice",
                    "with the systemd cgroup driver this must be a slice: dockerd does not start",
                    "as in \"tenants.slice\"");
}

static void judge_features(const Judge& judge)
{
    // seen in 26.1, and in the source of 26.1 to 27.5
    const bool refuses_windows =
        judge.facts.version && !judge.is_before({26, 1}) && judge.is_before({28, 0});
    const auto* features = judge.object_at("features");
    if (features == nullptr)
        return;
    for (const auto& feature : features->members) {
        judge.expect(feature.value, JsonType::Boolean,
                     cat("feature \"", escaped(feature.key), "\""));
        if (feature.key == "windows-dns-proxy" && refuses_windows)
            judge.error(feature.key_span, "features.windows",
                        "this feature is of Windows: dockerd does not start", "remove it");
    }
}

void judge_registries(const Judge& judge)
{
    if (const auto* mirrors = judge.list_at("registry-mirrors"))
        for (const auto& mirror : mirrors->elements)
            if (mirror.type == JsonType::Text)
                judge_mirror(judge, mirror);
    const auto* proxies = judge.object_at("proxies");
    for (const auto* key : {"http-proxy", "https-proxy"}) {
        judge_proxy(judge, judge.root.find(key));
        judge_proxy(judge, proxies == nullptr ? nullptr : proxies->find(key));
    }
    if (const auto* labels = judge.list_at("labels"))
        judge_labels(judge, *labels);
    if (const auto* options = judge.list_at("exec-opts"))
        for (const auto& option : options->elements)
            judge_exec_option(judge, option);
    judge_cgroup_parent(judge);
    judge_features(judge);
}

}
