using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;

namespace Padron.Application.Imports.Phases;

/// <summary>Looks at a source before anything is stored: its columns and tables, and the quality of rows at random row ids.</summary>
static class SourceLook
{
    /// <summary>Rows looked at, at most: a share is then right to within 1 % in 95 of 100 cases.</summary>
    const int Rows = 10_000;

    const int Seed = 1; // a second look finds the same

    static readonly IReadOnlyDictionary<string, Func<SourceRow, string?>> Values = new Dictionary<string, Func<SourceRow, string?>>
    {
        ["numero"] = row => row.Numero,
        ["campo1_original"] = row => row.Campo1Original,
        ["nombre"] = row => row.Nombre,
        ["direccion"] = row => row.Direccion,
        ["colonia"] = row => row.Colonia,
        ["municipio_cof"] = row => row.MunicipioCof,
        ["estado_cof"] = row => row.EstadoCof,
        ["lada"] = row => row.Lada,
        ["ciudad_por_lada"] = row => row.CiudadPorLada,
        ["es_valido"] = row => row.EsValido,
        ["fecha_migracion"] = row => row.FechaMigracion,
    };

    /// <param name="source">The file.</param>
    /// <param name="rows">As it counts them.</param>
    /// <param name="reading">What its rows mean.</param>
    public static SourceAnalysis At(IContactSource source, long rows, RowReading reading)
    {
        var looked = source.Sample(Rows, Seed);
        var read = looked.Select(reading.Read).ToArray();
        return new(
            rows,
            [.. source.Columns.Select(column => new SourceColumn(column.Name, column.SourceName, looked.Count(row => SourceText.Clean(Values[column.Name](row)) is not null)))],
            looked.Count,
            Lines([.. read.Select(row => row.Command).OfType<ImportContact>()]),
            read.Where(row => row.Rejection is not null).GroupBy(row => row.Rejection!.Value).ToDictionary(reason => reason.Key, reason => reason.LongCount()),
            source.OtherTables().ToDictionary(table => table.Name, table => table.Rows));
    }

    static SourceLines Lines(IReadOnlyList<ImportContact> contacts)
    {
        var valid = contacts.Where(contact => !contact.MarkedInvalid).ToArray();
        var (mobile, landline) = (valid.LongCount(contact => contact.Line?.Line is LineType.Mobile), valid.LongCount(contact => contact.Line?.Line is LineType.Fixed));
        return new(mobile, landline, valid.Length - mobile - landline, contacts.Count - valid.Length);
    }
}
