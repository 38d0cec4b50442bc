#pragma once

#include "daemonjson/validate.h"

#include <span>
#include <string>
#include <string_view>

namespace harden {

// What every judge is given, and where it puts its complaints.
struct Judge {
    const JsonValue& root;
    const KeyTable& table;
    const DaemonFacts& facts;
    std::vector<JsonComplaint>& complaints;

    void error(TextSpan where, std::string id, std::string message, std::string hint = {}) const;
    void warn(TextSpan where, std::string id, std::string message, std::string hint = {}) const;
    // Complains unless the value has the type.
    bool expect(const JsonValue& value, JsonType type, std::string_view what) const;
    // Complains of each member whose name is not in `known`, naming the nearest.
    void fields(const JsonValue& object, std::span<const std::string> known,
                std::string_view what) const;

    bool applies(const DockerVersions& versions) const; // true where the version is not known
    bool is_before(DockerVersion version) const;        // false where it is not known
    const JsonValue* object_at(std::string_view key) const;
    const JsonValue* text_at(std::string_view key) const;
    const JsonValue* list_at(std::string_view key) const;
};

void judge_duplicates(const Judge& judge, const JsonValue& value);
void judge_keys(const Judge& judge);
void judge_value(const Judge& judge, const KeyRule& rule, const JsonValue& value);
void judge_runtimes(const Judge& judge);
void judge_logging(const Judge& judge);
void judge_log_option(const Judge& judge, const LogOption& option, const JsonValue& value);
void judge_log_options_together(const Judge& judge, const JsonValue& options);
bool is_set_true(const JsonValue& options, std::string_view key);
void judge_limits(const Judge& judge);
void judge_endpoints(const Judge& judge);
void judge_registries(const Judge& judge);
void judge_pools(const Judge& judge);
void judge_host(const Judge& judge);
void judge_forms(const Judge& judge);
void judge_networks(const Judge& judge);
void judge_accounts(const Judge& judge);
void judge_flags(const Judge& judge);
void judge_conflicts(const Judge& judge);

// The member of an object that Go decodes into a struct: in any case of letters.
const JsonMember* field_of(const JsonValue& object, std::string_view name);

// An Error unless the file, or the one that it links to, may be executed.
Result<> looks_executable(const Host& host, const Path& file);

}
