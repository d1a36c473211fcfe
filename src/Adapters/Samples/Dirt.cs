namespace Padron.Adapters.Samples;

/// <summary>What can be wrong with a row of the sample. The names are keys of the truth file.</summary>
/// <remarks>
/// A row has at most one kind up to <see cref="UnknownLada"/>, because those decide what becomes of it.
/// The kinds after that each touch other columns and fall on any row, several at once if it so happens.
/// </remarks>
public enum Dirt
{
    // How the number is written; it can be read all the same.

    /// <summary>Prefixes nobody has dialled since 2020: 044, 045, 01 and a leading 1.</summary>
    OldDialling,

    /// <summary>52, +52, 0052, 521 or +521 before the ten digits.</summary>
    CountryCode,

    /// <summary>Seven or eight digits; the LADA is in its own column.</summary>
    LocalNumber,

    /// <summary>5512345678.0, from a column once read as a decimal.</summary>
    DecimalSuffix,

    /// <summary>5.512345678E9: every digit survived.</summary>
    ExactScientific,

    /// <summary>'5512345678, as one keeps a spreadsheet from counting.</summary>
    LeadingApostrophe,

    /// <summary>Spaces, dots, dashes and parentheses.</summary>
    Punctuation,

    /// <summary>5512345678 ext 12.</summary>
    Extension,

    /// <summary>The number of an earlier row, written in another way and under another name.</summary>
    Duplicate,

    // How the number is written; nobody can read it.

    /// <summary>Nothing, blanks, NULL, S/N or a dot.</summary>
    BlankNumber,

    /// <summary>The letter O for a zero or l for a one.</summary>
    LetterForDigit,

    /// <summary>5512345678 casa.</summary>
    TextAfterNumber,

    /// <summary>Two numbers in one field.</summary>
    TwoNumbers,

    /// <summary>5.51235E+09: the last digits are gone.</summary>
    LossyScientific,

    /// <summary>0000000000, 1111111111, 1234567890.</summary>
    PlaceholderNumber,

    /// <summary>A number of another country.</summary>
    ForeignNumber,

    /// <summary>One digit too few.</summary>
    NineDigits,

    /// <summary>Seven or eight digits in a row that has no LADA either.</summary>
    LocalWithoutLada,

    /// <summary>One digit too many.</summary>
    ElevenDigits,

    /// <summary>Ten digits that begin with no LADA: 800…, or 52… cut short.</summary>
    UnknownLada,

    // Other columns.

    /// <summary>es_valido says that the number does not work.</summary>
    NotValid,

    /// <summary>es_valido as text or NULL where other rows have 1 and 0.</summary>
    ValidityAsWord,

    /// <summary>lada holds the first three digits of a number whose LADA has two: 551, 811.</summary>
    LadaSlice,

    /// <summary>estado_cof as DF, EDOMEX, NVO LEON.</summary>
    StateAlias,

    /// <summary>Municipality and state belong to another LADA than the number's.</summary>
    PlaceElsewhere,

    /// <summary>No municipality and no state.</summary>
    BlankPlace,

    /// <summary>No street, no neighbourhood, or neither.</summary>
    BlankAddress,

    /// <summary>PEÃ‘A, MU?OZ, or U+FFFD in names and places.</summary>
    Mojibake,

    /// <summary>A letter and its accent as two characters (Unicode's form D).</summary>
    DecomposedAccents,

    /// <summary>Double, leading, trailing and no-break spaces, tabs, line feeds.</summary>
    StraySpaces,

    /// <summary>SIN NOMBRE, S/N, NULL, N/A, a dot, an X, or nothing.</summary>
    MissingName,

    /// <summary>A company where a person is expected.</summary>
    CompanyName,

    /// <summary>The address under nombre and the name under direccion.</summary>
    SwappedNameAddress,

    /// <summary>Apostrophes, semicolons and quotes inside the text.</summary>
    QuotesInText,

    /// <summary>A name that begins with =, + or @, which a spreadsheet would run as a formula.</summary>
    Formula,

    /// <summary>fecha_migracion as dd/MM/yyyy; other rows have ISO 8601.</summary>
    SlashedDate,
}
