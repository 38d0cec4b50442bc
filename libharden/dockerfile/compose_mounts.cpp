#include "dockerfile/compose_mounts.h"

#include "base/text.h"
#include "dockerfile/compose_reader.h"

namespace harden {

using Kind = YamlNode::Kind;

void read_api_socket(ComposeReader& reader, ContainerRequest& request, const YamlNode& value)
{
    if (is_true(reader.text(value)))
        put(request.mounts, {.type = "bind",
                             .source = {"/var/run/docker.sock", value.offset},
                             .target = "/var/run/docker.sock"});
}

void read_tmpfs(ComposeReader& reader, ContainerRequest& request, const YamlNode& value)
{
    for (const auto* item : reader.list(value))
        if (const auto text = reader.text(*item))
            put(request.tmpfs, tmpfs_from(*text));
}

// A volume of the file that is a directory of the host by another name.
static void see_through(ComposeReader& reader, RequestedMount& mount)
{
    const auto* volume = mount.type == "volume" && !mount.source.text.empty()
                             ? reader.declared("volumes", mount.source.text)
                             : nullptr;
    const auto* options = volume == nullptr ? nullptr : reader.find(*volume, "driver_opts");
    if (options == nullptr)
        return;
    const auto device = reader.text_at(*options, "device");
    const auto kind = reader.text_at(*options, "o");
    if (!device.empty() && kind.find("bind") != std::string::npos) {
        mount.type = "bind";
        mount.source.text = device;
    }
}

static void long_volume(ComposeReader& reader, ContainerRequest& request, const YamlNode& item)
{
    RequestedMount mount{.type = reader.text_at(item, "type"),
                         .source = {reader.text_at(item, "source"), item.offset},
                         .target = reader.text_at(item, "target"),
                         .is_writable = !is_true(reader.text_at(item, "read_only"))};
    if (const auto* bind = reader.find(item, "bind"))
        mount.propagation = reader.text_at(*bind, "propagation");
    if (mount.type != "tmpfs") {
        see_through(reader, mount);
        put(request.mounts, std::move(mount));
        return;
    }
    const auto* options = reader.find(item, "tmpfs");
    const auto size = options == nullptr ? std::string{} : reader.text_at(*options, "size");
    put(request.tmpfs, {.place = {mount.target, item.offset},
                        .options = size.empty() ? std::string{} : cat("size=", size)});
}

void read_volumes(ComposeReader& reader, ContainerRequest& request, const YamlNode& value)
{
    for (const auto* item : reader.list(value)) {
        if (const auto text = reader.text(*item)) {
            auto mount = mount_from(*text);
            see_through(reader, mount);
            put(request.mounts, std::move(mount));
        } else if (item->kind == Kind::Mapping) {
            long_volume(reader, request, *item);
        }
    }
}

// A secret or a config is a file of the host, or a text of this file.
static void files(ComposeReader& reader, ContainerRequest& request, const YamlNode& value,
                  std::string_view kind)
{
    for (const auto* item : reader.list(value)) {
        const auto name = reader.text(*item);
        const auto source = name ? name->text : reader.text_at(*item, "source");
        const auto* file = reader.declared(kind, source);
        if (file == nullptr)
            continue;
        const auto target = cat("/run/", kind, "/", source);
        if (const auto path = reader.text_at(*file, "file"); !path.empty())
            put(request.mounts, {.type = "bind",
                                 .source = {path, item->offset},
                                 .target = target,
                                 .is_writable = false});
        if (const auto* content = reader.find(*file, "content"))
            if (auto text = reader.text(*content))
                request.inline_files.push_back(*std::move(text));
    }
}

void read_secrets(ComposeReader& reader, ContainerRequest& request, const YamlNode& value)
{
    files(reader, request, value, "secrets");
}

void read_configs(ComposeReader& reader, ContainerRequest& request, const YamlNode& value)
{
    files(reader, request, value, "configs");
}

}
