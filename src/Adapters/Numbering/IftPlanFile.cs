using System.Text;
using System.Text.Unicode;
using CsvHelper;
using Padron.Application.Numbering;
using Padron.Domain.Numbering;

namespace Padron.Adapters.Numbering;

/// <summary>
/// The numbering plan as IFT publishes it: <c>pnn_Publico_DD_MM_YYYY.csv</c> of today, or the nineteen columns of before July 2025. Its
/// rows are in no order, and some overlap: see <see cref="NumberingPlan.From"/>.
/// </summary>
public sealed class IftPlanFile : INumberingPlanFile
{
    IEnumerable<NumberingBlock> INumberingPlanFile.Read(string path) => Read(path);

    /// <exception cref="InvalidDataException">The file is no numbering plan, or a row is malformed; the message says where.</exception>
    public static IEnumerable<NumberingBlock> Read(string path) => Read(File.ReadAllBytes(path));

    /// <param name="file">The whole file, 16 MB in 2026: its encoding can't be told from a part of it.</param>
    /// <inheritdoc cref="Read(string)"/>
    public static IEnumerable<NumberingBlock> Read(byte[] file)
    {
        using var csv = CsvReader.Create(file, new CsvReaderOptions
        {
            Separator = ',',
            Encoding = Utf8.IsValid(file) ? null : Encoding.Latin1, // null: UTF-8, with or without a byte order mark
            MalformedData = CsvMalformedDataHandling.Throw,
            PoolStrings = true, // 138 carriers hold 178,000 blocks, and the plan stays in memory
            TrackLineNumbers = true,
        });
        var columns = IftPlanColumns.Find(csv.Headers);

        // Data rows end in a comma the header doesn't have: an eighth, empty field, which stays unread.
        while (ReadRow(csv)) yield return columns.Read(csv);
    }

    static bool ReadRow(CsvReader csv)
    {
        try
        {
            return csv.Read();
        }
        catch (CsvFormatException malformed)
        {
            throw new InvalidDataException(
                $"Line {malformed.LineNumber} of the numbering plan: a quotation mark stands where none is expected.", malformed);
        }
    }
}
