using System.Globalization;
using CsvHelper;
using Padron.Domain.Numbering;

namespace Padron.Adapters.Numbering;

/// <summary>Where the columns of a plan are, by their names, and how one row is read.</summary>
/// <remarks>
/// Today NUMERACION_INICIAL and NUMERACION_FINAL are ten digits and MODALIDAD is CPP, MPP or FIJO. Until mid 2025 they were the last
/// four digits behind NIR and SERIE, TIPO_RED was FIJO or MOVIL, and MODALIDAD said only who pays for a call to a mobile.
/// </remarks>
sealed class IftPlanColumns
{
    const int NationalLength = 10;
    const int HeadLength = 6; // NIR and SERIE
    const int TailLength = 4;

    readonly int first, last, modality, carrier, nir, series, network;

    IftPlanColumns(string[] names)
    {
        first = Required(names, "NUMERACION_INICIAL");
        last = Required(names, "NUMERACION_FINAL");
        modality = Required(names, "MODALIDAD");
        carrier = Required(names, "RAZON_SOCIAL");
        nir = Array.IndexOf(names, "NIR");
        series = nir < 0 ? -1 : Required(names, "SERIE");
        network = nir < 0 ? -1 : Required(names, "TIPO_RED");
    }

    /// <param name="header">Names as written: the published file has spaces before them.</param>
    /// <exception cref="InvalidDataException">A column is missing.</exception>
    public static IftPlanColumns Find(IEnumerable<string> header) =>
        new([.. header.Select(name => name.Trim().ToUpperInvariant().Replace(' ', '_'))]);

    /// <exception cref="InvalidDataException">A field is missing or malformed.</exception>
    public NumberingBlock Read(CsvReader row)
    {
        var block = new NumberingBlock(Number(row, first), Number(row, last), Line(row), Field(row, carrier));
        return block.First <= block.Last
            ? block
            : throw Malformed(row, $"NUMERACION_FINAL must not be below NUMERACION_INICIAL, as in {block.First} to {block.Last}");
    }

    long Number(CsvReader row, int column)
    {
        var digits = Field(row, column);
        if (nir >= 0)
        {
            // Spreadsheets that passed the file on have dropped leading zeros.
            var head = Field(row, nir);
            digits = head + Field(row, series).PadLeft(Math.Max(0, HeadLength - head.Length), '0') + digits.PadLeft(TailLength, '0');
        }

        return digits.Length == NationalLength && digits[0] != '0'
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Malformed(row, $"a number of ten digits was expected, not '{digits}'");
    }

    LineType Line(CsvReader row) => network < 0
        ? Field(row, modality).ToUpperInvariant() switch
        {
            "CPP" or "MPP" => LineType.Mobile, // el que llama paga, el que recibe paga: both are mobile tariffs
            "FIJO" => LineType.Fixed,
            var unknown => throw Malformed(row, $"MODALIDAD must be CPP, MPP or FIJO, not '{unknown}'"),
        }
        : Field(row, network).ToUpperInvariant() switch
        {
            "MOVIL" or "MÓVIL" => LineType.Mobile,
            "FIJO" => LineType.Fixed,
            var unknown => throw Malformed(row, $"TIPO_RED must be MOVIL or FIJO, not '{unknown}'"),
        };

    static string Field(CsvReader row, int column) => column < row.FieldCount
        ? row.GetString(column).Trim()
        : throw Malformed(row, $"at least {column + 1} fields were expected, there are {row.FieldCount}");

    static int Required(string[] names, string name)
    {
        var index = Array.IndexOf(names, name);
        if (index >= 0) return index;
        throw new InvalidDataException(names.Length == 0
            ? "The numbering plan is empty."
            : $"This is not IFT's numbering plan: the column {name} is missing. Its columns are {string.Join(", ", names)}.");
    }

    static InvalidDataException Malformed(CsvReader row, string why) => new($"Line {row.LineNumber} of the numbering plan: {why}.");
}
