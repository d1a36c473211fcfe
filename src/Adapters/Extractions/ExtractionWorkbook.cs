using System.Globalization;
using Padron.Application.Extractions;

namespace Padron.Adapters.Extractions;

/// <summary>A workbook of contacts, as many sheets as they need, and one sheet of metadata.</summary>
static class ExtractionWorkbook
{
    /// <returns>How many contacts were written.</returns>
    public static async Task<int> WriteAsync(
        Stream stream, ExtractionFileInfo info, IAsyncEnumerable<ExtractedContact> contacts, int contactsPerSheet, CancellationToken ct)
    {
        await using var package = await WorkbookPackage.CreateAsync(stream, info.RequestedAt, ct);
        var (full, sheets) = (0, 1);
        // Even an empty extraction has its sheet: a workbook without a header looks broken.
        var sheet = new ContactSheet(await package.OpenSheetAsync(SheetName(sheets), ct), selected: true);
        try
        {
            await foreach (var contact in contacts.WithCancellation(ct))
            {
                ct.ThrowIfCancellationRequested(); // not every sequence looks at its token
                if (sheet.Contacts == contactsPerSheet)
                {
                    sheet.Finish();
                    await sheet.DisposeAsync();
                    full += contactsPerSheet;
                    sheet = new ContactSheet(await package.OpenSheetAsync(SheetName(++sheets), ct), selected: false);
                }

                sheet.Add(contact);
            }

            sheet.Finish();
        }
        finally
        {
            await sheet.DisposeAsync();
        }

        var count = full + sheet.Contacts;
        await using (var metadata = await package.OpenSheetAsync(MetadataSheet.Name, ct))
            MetadataSheet.Write(metadata.Xml, info, count);
        await package.FinishAsync(ct);
        return count;
    }

    static string SheetName(int number) =>
        number == 1 ? "Contactos" : string.Create(CultureInfo.InvariantCulture, $"Contactos {number}");
}
