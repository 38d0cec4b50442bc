# Read by cpack before it packs: every file of the package carries the time of the last commit, so that
# packing again gives the same bytes.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
    execute_process(COMMAND git -C ${CPACK_HARDEN_SOURCE} log -1 --format=%ct
        OUTPUT_VARIABLE committed RESULT_VARIABLE no_git OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(no_git)
        file(TIMESTAMP ${CPACK_HARDEN_SOURCE}/CHANGELOG.md committed "%s" UTC)
    endif()
    set(ENV{SOURCE_DATE_EPOCH} ${committed})
endif()
