#include "system/legacy_tables.h"

#include "system/legacy_entry.h"

#include <cerrno>
#include <cstring>
#include <libiptc/libiptc.h>

extern "C" { // which this header does not say itself
#include <libiptc/libip6tc.h>
}

namespace harden {

// The two libraries are one but for their types and names.
struct LegacyTable::Calls {
    xtc_handle* (*init)(const char*);
    void (*free)(xtc_handle*);
    const char* (*strerror)(int);
    const char* (*first_chain)(xtc_handle*);
    const char* (*next_chain)(xtc_handle*);
    int (*is_chain)(const char*, xtc_handle*);
    std::vector<XtRule> (*rules)(const char*, xtc_handle*);
    int (*create_chain)(const char*, xtc_handle*);
    int (*flush)(const char*, xtc_handle*);
    int (*delete_chain)(const char*, xtc_handle*);
    int (*delete_rule)(const char*, unsigned, xtc_handle*);
    int (*insert)(const char*, const void*, unsigned, xtc_handle*);
    int (*append)(const char*, const void*, xtc_handle*);
    int (*commit)(xtc_handle*);
};

static std::vector<XtRule> rules4(const char* chain, xtc_handle* handle)
{
    std::vector<XtRule> all;
    for (const auto* entry = iptc_first_rule(chain, handle); entry != nullptr;
         entry = iptc_next_rule(entry, handle))
        all.push_back(from_entry(entry, XtFamily::V4, iptc_get_target(entry, handle)));
    return all;
}

static std::vector<XtRule> rules6(const char* chain, xtc_handle* handle)
{
    std::vector<XtRule> all;
    for (const auto* entry = ip6tc_first_rule(chain, handle); entry != nullptr;
         entry = ip6tc_next_rule(entry, handle))
        all.push_back(from_entry(entry, XtFamily::V6, ip6tc_get_target(entry, handle)));
    return all;
}

static int insert4(const char* chain, const void* entry, unsigned position, xtc_handle* handle)
{
    return iptc_insert_entry(chain, static_cast<const ipt_entry*>(entry), position, handle);
}

static int insert6(const char* chain, const void* entry, unsigned position, xtc_handle* handle)
{
    return ip6tc_insert_entry(chain, static_cast<const ip6t_entry*>(entry), position, handle);
}

static int append4(const char* chain, const void* entry, xtc_handle* handle)
{
    return iptc_append_entry(chain, static_cast<const ipt_entry*>(entry), handle);
}

static int append6(const char* chain, const void* entry, xtc_handle* handle)
{
    return ip6tc_append_entry(chain, static_cast<const ip6t_entry*>(entry), handle);
}

void LegacyTable::Free::operator()(xtc_handle* handle) const
{
    calls->free(handle);
}

LegacyTable::LegacyTable(XtFamily family, const Calls& calls, xtc_handle* handle)
    : family_{family}
    , calls_{&calls}
    , handle_{handle, Free{&calls}}
{
}

Result<LegacyTable> LegacyTable::open(XtFamily family)
{
    static constexpr Calls v4{iptc_init,
                              iptc_free,
                              iptc_strerror,
                              iptc_first_chain,
                              iptc_next_chain,
                              iptc_is_chain,
                              rules4,
                              iptc_create_chain,
                              iptc_flush_entries,
                              iptc_delete_chain,
                              iptc_delete_num_entry,
                              insert4,
                              append4,
                              iptc_commit};
    static constexpr Calls v6{ip6tc_init,
                              ip6tc_free,
                              ip6tc_strerror,
                              ip6tc_first_chain,
                              ip6tc_next_chain,
                              ip6tc_is_chain,
                              rules6,
                              ip6tc_create_chain,
                              ip6tc_flush_entries,
                              ip6tc_delete_chain,
                              ip6tc_delete_num_entry,
                              insert6,
                              append6,
                              ip6tc_commit};
    const auto& calls = family == XtFamily::V4 ? v4 : v6;
    auto* handle = calls.init(filter_table);
    LegacyTable table{family, calls, handle};
    if (handle == nullptr)
        TRY(table.finished(0, "open"));
    return table;
}

Result<> LegacyTable::finished(int succeeded, std::string_view what) const
{
    if (succeeded != 0)
        return done;
    const int error = errno;
    const auto kind = error == EPERM    ? ErrorKind::Denied
                      : error == EAGAIN ? ErrorKind::TimedOut
                                        : ErrorKind::Failed;
    return Error{
        kind,
        cat("legacy ", name_of(family_), " filter table: ", what, ": ", calls_->strerror(error)),
        error == EPERM ? "run as root" : ""};
}

std::vector<std::string> LegacyTable::chains() const
{
    std::vector<std::string> names;
    for (const auto* name = calls_->first_chain(handle_.get()); name != nullptr;
         name = calls_->next_chain(handle_.get()))
        names.emplace_back(name);
    return names;
}

bool LegacyTable::has_chain(const std::string& chain) const
{
    return calls_->is_chain(chain.c_str(), handle_.get()) != 0;
}

std::vector<XtRule> LegacyTable::rules(const std::string& chain) const
{
    return calls_->rules(chain.c_str(), handle_.get());
}

Result<> LegacyTable::make_chain(const std::string& chain)
{
    return finished(calls_->create_chain(chain.c_str(), handle_.get()), cat("make ", chain));
}

Result<> LegacyTable::flush_chain(const std::string& chain)
{
    return finished(calls_->flush(chain.c_str(), handle_.get()), cat("empty ", chain));
}

Result<> LegacyTable::delete_chain(const std::string& chain)
{
    return finished(calls_->delete_chain(chain.c_str(), handle_.get()), cat("remove ", chain));
}

Result<> LegacyTable::delete_rule(const std::string& chain, unsigned position)
{
    return finished(calls_->delete_rule(chain.c_str(), position, handle_.get()),
                    cat("remove a rule of ", chain));
}

Result<> LegacyTable::insert_rule(const std::string& chain, unsigned position, const XtRule& rule)
{
    const auto entry = to_entry(rule, family_);
    return finished(calls_->insert(chain.c_str(), entry.data(), position, handle_.get()),
                    cat("insert in ", chain));
}

Result<> LegacyTable::append_rule(const std::string& chain, const XtRule& rule)
{
    const auto entry = to_entry(rule, family_);
    return finished(calls_->append(chain.c_str(), entry.data(), handle_.get()),
                    cat("add to ", chain));
}

Result<> LegacyTable::commit()
{
    return finished(calls_->commit(handle_.get()), "commit");
}

}
