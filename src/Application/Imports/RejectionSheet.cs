namespace Padron.Application.Imports;

/// <summary>Rejected rows as CSV (RFC 4180), for people who open it in a spreadsheet.</summary>
public static class RejectionSheet
{
    // What a spreadsheet takes for a formula, or drops to find one behind it. The apostrophe says that the cell is text.
    const string BeginsFormula = "=+-@\t\r";

    public static async Task WriteAsync(TextWriter file, IAsyncEnumerable<ImportRejection> rejections)
    {
        await file.WriteLineAsync("row,value,reason");
        await foreach (var rejection in rejections)
            await file.WriteLineAsync($"{rejection.SourceRow},{Cell(rejection.Value)},{rejection.Reason}");
    }

    static string Cell(string? value)
    {
        if (value is null)
            return "";
        var text = value is [var first, ..] && BeginsFormula.Contains(first, StringComparison.Ordinal) ? "'" + value : value;
        return $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
