#pragma once

#include "base/result.h"
#include "system/xt_rule.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

struct xtc_handle;

namespace harden {

// One family's legacy filter table as a private copy: changes reach the kernel with commit(), all
// of them or none. Never opened where the table is not live, since opening would make it.
class LegacyTable {
public:
    static Result<LegacyTable> open(XtFamily family);

    std::vector<std::string> chains() const;
    bool has_chain(const std::string& chain) const;
    std::vector<XtRule> rules(const std::string& chain) const;

    Result<> make_chain(const std::string& chain);
    Result<> flush_chain(const std::string& chain);
    Result<> delete_chain(const std::string& chain);
    Result<> delete_rule(const std::string& chain, unsigned position);
    Result<> insert_rule(const std::string& chain, unsigned position, const XtRule& rule);
    Result<> append_rule(const std::string& chain, const XtRule& rule);
    // TimedOut: somebody else changed the table meanwhile; open it anew and retry.
    Result<> commit();

private:
    struct Calls; // the functions of libip4tc or libip6tc
    struct Free {
        const Calls* calls;
        void operator()(xtc_handle* handle) const;
    };
    LegacyTable(XtFamily family, const Calls& calls, xtc_handle* handle);
    Result<> finished(int succeeded, std::string_view what) const;

    XtFamily family_;
    const Calls* calls_;
    std::unique_ptr<xtc_handle, Free> handle_;
};

}
