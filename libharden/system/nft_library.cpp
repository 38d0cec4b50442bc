#include "system/nft_library.h"

#include <algorithm>
#include <nftables/libnftables.h>

namespace harden {

void NftLibrary::Free::operator()(nft_ctx* context) const
{
    nft_ctx_free(context);
}

NftLibrary::NftLibrary()
    : context_{nft_ctx_new(NFT_CTX_DEFAULT)}
{
    if (!context_)
        return;
    nft_ctx_buffer_output(context_.get());
    nft_ctx_buffer_error(context_.get());
}

// The library's message without the source line that it quotes below it.
static std::string first_line(std::string_view message)
{
    const auto all = lines(message);
    return all.empty() ? "no reason given" : escaped(all.front());
}

Result<std::string> NftLibrary::answer(const std::string& command)
{
    if (!context_)
        return Error{ErrorKind::Failed, "nftables: no netlink socket", {}};
    const int status = nft_run_cmd_from_buffer(context_.get(), command.c_str());
    std::string output = nft_ctx_get_output_buffer(context_.get());
    const std::string message = nft_ctx_get_error_buffer(context_.get());
    if (status == 0)
        return output;
    const bool denied = message.find("Operation not permitted") != std::string::npos;
    return Error{denied ? ErrorKind::Denied : ErrorKind::Failed,
                 cat("nftables: ", first_line(message)), denied ? "run as root" : ""};
}

Result<> NftLibrary::commit(const std::string& commands)
{
    TRY(answer(commands));
    return done;
}

Result<std::string> NftLibrary::list_rules(const std::string& table)
{
    const auto tables = TRY(answer("list tables"));
    const auto all = lines(tables);
    if (std::ranges::find(all, cat("table ", table)) == all.end())
        return std::string{};
    nft_ctx_output_set_flags(context_.get(), NFT_CTX_OUTPUT_STATELESS | NFT_CTX_OUTPUT_TERSE);
    auto listing = answer(cat("list table ", table));
    nft_ctx_output_set_flags(context_.get(), 0);
    return listing;
}

Result<std::string> NftLibrary::list_counters(const std::string& table)
{
    return answer(cat("list counters table ", table));
}

}
