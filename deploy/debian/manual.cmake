# cmake -Dprogram=… -Dmanual=….gz -P manual.cmake: the program's manual page, the same bytes each time.
execute_process(COMMAND ${program} --print-manual COMMAND gzip -9n OUTPUT_FILE ${manual}
    COMMAND_ERROR_IS_FATAL ANY)
