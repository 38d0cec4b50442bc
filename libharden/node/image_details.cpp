#include "node/image_details.h"

#include "base/json_view.h"

#include <algorithm>

namespace harden {

static Error malformed(std::string_view problem)
{
    return {ErrorKind::Malformed, cat("docker's reply makes no sense: ", escaped(problem)), {}};
}

static std::vector<std::string> keys_of(const JsonView& row, std::string_view key)
{
    std::vector<std::string> names;
    for (const auto& [name, ignored] : row.members(key))
        names.push_back(name);
    return names;
}

// The engine says the newest first.
static std::vector<std::string> layers_in(const JsonView& history)
{
    std::vector<std::string> layers;
    for (const auto& row : history.rows())
        if (layers.size() < most_image_layers)
            layers.push_back(row.text("CreatedBy"));
    std::ranges::reverse(layers);
    return layers;
}

Result<ImageDetails> parse_image_details(std::string_view image, std::string_view history)
{
    const auto row = parse_json(image);
    const auto list = parse_json(history);
    if (!row || !list)
        return malformed((row ? list : row).error().message);
    const auto config = row->within("Config");
    ImageDetails details{.id = row->text("Id"),
                         .digests = row->texts("RepoDigests"),
                         .user = config.text("User"),
                         .directory = config.text("WorkingDir"),
                         .entrypoint = config.texts("Entrypoint"),
                         .command = config.texts("Cmd"),
                         .environment = config.texts("Env"),
                         .ports = keys_of(config, "ExposedPorts"),
                         .volumes = keys_of(config, "Volumes"),
                         .health_check = config.within("Healthcheck").texts("Test"),
                         .on_build = config.texts("OnBuild"),
                         .labels = config.text_map("Labels"),
                         .history = layers_in(*list)};
    if (!row->problem().empty() || !list->problem().empty())
        return malformed(row->problem().empty() ? list->problem() : row->problem());
    return details;
}

}
