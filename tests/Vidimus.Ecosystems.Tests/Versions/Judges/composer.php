<?php
// Reads "A<TAB>B" lines and answers as composer/semver orders them: <, =, >, ! when it refuses one, ? when it orders them neither way.
require '/usr/share/php/Composer/Semver/autoload.php';

use Composer\Semver\Comparator;
use Composer\Semver\VersionParser;

$parser = new VersionParser();
while (($line = fgets(STDIN)) !== false) {
    [$a, $b] = explode("\t", rtrim($line, "\n"));
    try {
        $a = $parser->normalize($a);
        $b = $parser->normalize($b);
    } catch (UnexpectedValueException $e) {
        echo "!\n";
        continue;
    }
    echo Comparator::lessThan($a, $b) ? "<\n" : (Comparator::greaterThan($a, $b) ? ">\n" : (Comparator::equalTo($a, $b) ? "=\n" : "?\n"));
}
