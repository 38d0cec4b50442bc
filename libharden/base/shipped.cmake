# Writes `out`: a table of the `files` below `root`, as raw string literals.
set(rows "")
foreach(file IN LISTS files)
    file(READ ${root}/${file} text)
    string(APPEND rows "    {\"${file}\", R\"~~~(${text})~~~\"},\n")
endforeach()
file(WRITE ${out} "#include \"base/shipped.h\"

#include <cstdlib>
#include <utility>

namespace harden {

static constexpr std::pair<std::string_view, std::string_view> files[] = {
${rows}};

std::string_view shipped(std::string_view name)
{
    for (const auto& [file, text] : files)
        if (file == name)
            return text;
    std::abort();
}

}
")
