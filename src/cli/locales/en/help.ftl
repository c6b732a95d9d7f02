# Words around the help, and usage errors. The English help itself stands in src/cli/args.

heading-usage = Usage
heading-commands = Commands
heading-arguments = Arguments
heading-options = Options
heading-common = Options of every command
usage-options = [OPTIONS]
usage-command = COMMAND
usage-more = for more, see `{ $command } --help`
# Follows an argument's help directly.
help-default = {" "}[default: { $value }]

USE-MISSING-ARGUMENT = required but not given: { $arguments }
    .hint = Give each of these once; where several are joined by |, choose one of them.
USE-UNKNOWN-ARGUMENT = unexpected argument `{ $argument }`
USE-UNKNOWN-ARGUMENT-NEAR = unexpected argument `{ $argument }`
    .hint = Did you mean `{ $near }`?
USE-UNKNOWN-COMMAND = no such command: `{ $command }`
USE-UNKNOWN-COMMAND-NEAR = no such command: `{ $command }`
    .hint = Did you mean `{ $near }`?
USE-MISSING-COMMAND = no command was given
USE-CONFLICT = `{ $argument }` cannot be used together with `{ $others }`
USE-REPEATED = `{ $argument }` may be given only once, and not beside another of its group
USE-MISSING-VALUE = `{ $argument }` needs a value
USE-BAD-VALUE = `{ $value }` is not a valid value for `{ $argument }`
USE-BAD-VALUE-OF = `{ $value }` is not a valid value for `{ $argument }`
    .hint = One of: { $valid }
USE-TOO-MANY-VALUES = `{ $argument }` takes no value, but was given `{ $value }`
USE-NOT-UTF8 = an argument is not valid UTF-8 text
USE-OTHER = the command line cannot be understood: { $detail }
