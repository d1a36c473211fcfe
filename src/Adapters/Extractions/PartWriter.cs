using System.Text;
using DocumentFormat.OpenXml;

namespace Padron.Adapters.Extractions;

/// <summary>Open XML's writer on one entry of the zip.</summary>
/// <remarks>That writer leaves its stream open, and the archive takes no next entry until this one is closed.</remarks>
sealed class PartWriter(Stream entry) : IAsyncDisposable
{
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public OpenXmlWriter Xml { get; } = OpenXmlWriter.Create(entry, Utf8);

    public async ValueTask DisposeAsync()
    {
        Xml.Dispose();
        await entry.DisposeAsync();
    }
}
