namespace Padron.Domain.Extractions;

/// <summary>The file an extraction is handed out as. The names are stored in events: add, never rename.</summary>
public enum ExtractionFormat
{
    /// <summary>A workbook with a sheet of contacts and one that says where they come from.</summary>
    Xlsx,

    /// <summary>One number a line, for the sending platforms that take nothing else.</summary>
    Txt,
}
