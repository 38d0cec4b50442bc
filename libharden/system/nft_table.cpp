#include "system/nft_table.h"

#include "egress/nft_text.h"
#include "system/nft_library.h"
#include "system/nft_scratch.h"

namespace harden {

// The wanted table as the kernel itself would list it: nobody else knows how it spells a rule.
Result<NftListing> NftTable::rehearsed(const Ruleset& wanted) const
{
    if (wanted == Ruleset{})
        return NftListing{};
    if (rehearsal_ && rehearsal_->first == wanted)
        return rehearsal_->second;
    const auto text = nft_transaction(wanted, Loading::Rebuild);
    const auto listing = TRY(in_scratch_network([&]() -> Result<std::string> {
                                 NftLibrary library;
                                 TRY(library.commit(text));
                                 return library.list_own_table();
                             }).during("rehearse the rules"));
    rehearsal_ = {wanted, parse_nft_listing(listing)};
    return rehearsal_->second;
}

static Result<NftListing> present()
{
    NftLibrary library;
    const auto listing = TRY(library.list_own_table());
    return parse_nft_listing(listing);
}

Result<std::vector<RuleDrift>> NftTable::difference(const Ruleset& wanted) const
{
    const auto is = TRY(present());
    const auto shall_be = TRY(rehearsed(wanted));
    return harden::difference(is, shall_be);
}

Result<std::vector<RuleHits>> NftTable::hits() const
{
    NftLibrary library;
    const auto listing = TRY(library.list_own_counters());
    return counted_hits(listing);
}

Result<std::vector<SourceHits>> NftTable::hits_by_source() const
{
    return std::vector<SourceHits>{};
}

Result<> NftTable::replace(const Ruleset& wanted)
{
    const auto shall_be = TRY(rehearsed(wanted));
    const auto is = TRY(present());
    if (harden::difference(is, shall_be).empty())
        return done;
    const auto loading = has_same_objects(is, shall_be) ? Loading::Refill : Loading::Rebuild;
    return NftLibrary{}.commit(nft_transaction(wanted, loading));
}

Result<> NftTable::remove()
{
    NftLibrary library;
    if (!TRY(library.has_own_table()))
        return done;
    return library.commit(cat("delete table inet ", own_table));
}

}
