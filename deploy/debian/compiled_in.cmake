# What of others' is inside our programs. Each row: what it is called, a file of it on the machine that
# builds, its licence, and how it is inside. tests/integration/bill_of_materials.sh compares the rows
# with what the compiler and the linker read.
function(archive name path)
    execute_process(COMMAND ${compiler} -print-file-name=${name} OUTPUT_VARIABLE found
        OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    file(REAL_PATH ${found} found)
    set(${path} ${found} PARENT_SCOPE)
endfunction()
archive(libstdc++.a cxx_archive)
archive(libgcc.a gcc_archive)
archive(libc.a c_archive)
set(compiled_in
    "Boost|/usr/include/boost/version.hpp|BSL-1.0|headers"
    "CLI11|/usr/include/CLI/CLI.hpp|BSD-3-Clause|headers"
    "JSON for Modern C++|/usr/include/nlohmann/json.hpp|MIT|headers"
    "toml++|/usr/include/toml++/toml.h|MIT|headers"
    "RE2|${re2_archive}|BSD-3-Clause|an archive, in scan"
    "utf8proc|${utf8proc_archive}|MIT|an archive, in scan"
    "GNU C++ library|${cxx_archive}|GPL-3.0-or-later WITH GCC-exception-3.1|an archive, in detect-miners and canary"
    "GCC's own library|${gcc_archive}|GPL-3.0-or-later WITH GCC-exception-3.1|an archive, in canary"
    "GNU C library|${c_archive}|LGPL-2.1-or-later|an archive, in canary"
)
if(absl_archive)
    list(APPEND compiled_in "Abseil|${absl_archive}|Apache-2.0|archives, in scan: RE2 needs them")
endif()

# The Debian package, for the processor we build for, that a file came with.
function(package_of file package)
    execute_process(COMMAND dpkg -S ${file} OUTPUT_VARIABLE owners RESULT_VARIABLE unknown ERROR_QUIET)
    if(unknown)
        message(FATAL_ERROR "no Debian package has ${file}: its licence and version are not known")
    endif()
    string(REGEX MATCH "[a-z0-9.+-]+:${architecture}" owner "${owners}")
    if(NOT owner)
        string(REGEX MATCH "^[a-z0-9.+-]+" owner "${owners}")
    endif()
    set(${package} ${owner} PARENT_SCOPE)
endfunction()

function(version_of package version)
    execute_process(COMMAND dpkg-query -W -f "\${Version}" ${package} OUTPUT_VARIABLE found
        COMMAND_ERROR_IS_FATAL ANY)
    set(${version} ${found} PARENT_SCOPE)
endfunction()

# A row in parts: title, licence and how as they stand there; name and found are the package's that its
# file came with, and that one's version.
macro(read_row row)
    string(REPLACE "|" ";" parts "${row}")
    list(GET parts 0 title)
    list(GET parts 1 file)
    list(GET parts 2 licence)
    list(GET parts 3 how)
    package_of(${file} package)
    version_of(${package} found)
    string(REGEX REPLACE ":.*" "" name ${package})
endmacro()
