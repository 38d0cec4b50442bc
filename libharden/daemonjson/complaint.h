#pragma once

#include "daemonjson/json_document.h"

#include <string>
#include <string_view>
#include <vector>

namespace harden {

// Error: dockerd refuses the file, dies of it, ignores what it says, or no container starts.
// Warning: it works, and is probably not what was meant.
enum class Weight { Error, Warning };

// One thing that is wrong with a daemon.json, and where.
struct JsonComplaint {
    TextSpan where;
    Weight weight = Weight::Error;
    std::string id; // "runtimes.reserved"
    std::string message;
    std::string hint; // empty where there is no next step
};

bool any_error(const std::vector<JsonComplaint>& complaints);

// A place as editors count it; columns in characters. Both from 1.
struct TextPlace {
    std::size_t line = 1;
    std::size_t column = 1;
};
TextPlace place_of(std::string_view text, std::size_t offset);

// "FILE:3:5: error: message [id]", the line with carets under it, and the hint.
std::string show(const JsonComplaint& complaint, std::string_view file, std::string_view text);
// "FILE:3:5: message", for an Error.
std::string headline(const JsonComplaint& complaint, std::string_view file, std::string_view text);
// {"schema": "harden.daemonjson/1", "file", "docker_version", "findings": [...], "summary": {...}}
std::string to_json(const std::vector<JsonComplaint>& complaints, std::string_view file,
                    std::string_view text, std::string_view docker_version);

}
