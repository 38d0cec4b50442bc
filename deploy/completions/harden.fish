# Completion of harden in fish: the programs know their own words, so this only asks them.
function __harden_candidates
    set -l typed (commandline -opc) (commandline -ct)
    for line in (harden --complete $typed[2..-1] 2>/dev/null)
        if test "$line" = :file
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c harden -f -a '(__harden_candidates)'
