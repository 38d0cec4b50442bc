# Runs while the package is packed: writes what only the finished build can tell into its directory of
# documents. `source`, `version`, `architecture`, `compiler` and the archives are set before it.
cmake_policy(VERSION 3.25)
set(root $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX})
set(documents ${root}/share/doc/harden)
string(TIMESTAMP created "%Y-%m-%dT%H:%M:%SZ" UTC) # SOURCE_DATE_EPOCH, where cpack set it
include(${source}/deploy/debian/compiled_in.cmake)

# The changelog, compressed without its name and time.
execute_process(COMMAND date -Ru -d ${created} OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE)
execute_process(
    COMMAND awk -v "date=${date}" -v "maintainer=${maintainer}"
            -f ${source}/deploy/debian/changelog.awk ${source}/CHANGELOG.md
    COMMAND gzip -9n OUTPUT_FILE ${documents}/changelog.gz COMMAND_ERROR_IS_FATAL ANY)

# Our licence, and beside it those of what is inside the programs, as their own packages state them.
file(READ ${source}/LICENSE copyright)
string(APPEND copyright "\nThe programs hold parts of what follows, each under the licence that its own package states;\n"
    "their texts are in /usr/share/doc/harden/licences.gz, the GNU ones also in\n"
    "/usr/share/common-licenses/GPL-3 and /usr/share/common-licenses/LGPL-2.1.\n\n")
set(licences)
set(told)
foreach(row IN LISTS compiled_in)
    read_row("${row}")
    string(APPEND copyright "  ${title}, ${licence}: ${how}\n")
    string(APPEND licences "\n----- ${title}, ${name} ${found}: ${how} -----\n\n")
    file(REAL_PATH /usr/share/doc/${name}/copyright terms)
    if(terms IN_LIST told)
        string(APPEND licences "As above.\n")
    else()
        list(APPEND told ${terms})
        file(READ ${terms} text)
        string(APPEND licences "${text}")
    endif()
endforeach()
file(WRITE ${documents}/copyright "${copyright}")
file(WRITE ${documents}/licences "${licences}")
execute_process(COMMAND gzip -9n ${documents}/licences COMMAND_ERROR_IS_FATAL ANY)

include(${source}/deploy/debian/bill_of_materials.cmake)
file(CHMOD ${documents}/changelog.gz ${documents}/copyright ${documents}/licences.gz ${documents}/harden.spdx.json
    PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)

# Directories as everybody reads them, whatever the umask of who packs.
get_filename_component(packed ${root} DIRECTORY)
if(packed MATCHES "/_CPack_Packages/")
    execute_process(COMMAND find ${packed} -type d -exec chmod 755 {} + COMMAND_ERROR_IS_FATAL ANY)
endif()
