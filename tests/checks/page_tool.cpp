// Writes docs/checks.md anew from the checks, and takes out of docs/checks-not-built.md what is
// built:
//   build/tests/checks_page
#include "checks/page.h"

#include <cstdio>
#include <fstream>
#include <sstream>

using namespace harden;

static std::string file_of(const std::string& name)
{
    return cat(HARDEN_SOURCE, "/docs/", name);
}

static std::string document(const std::string& name)
{
    std::ostringstream text;
    text << std::ifstream{file_of(name)}.rdbuf();
    return text.str();
}

int main()
{
    const auto checks = all_checks();
    const auto reasons = test::without_built(document("checks-not-built.md"), checks);
    const auto page = test::checks_page(checks, document("check-ids.md"), reasons);
    if (!page) {
        std::fprintf(stderr, "%s: %s\n", page.error().message.c_str(), page.error().hint.c_str());
        return 1;
    }
    std::ofstream{file_of("checks-not-built.md")} << reasons;
    std::ofstream{file_of("checks.md")} << *page;
    return 0;
}
