namespace Padron.Domain.Numbering;

/// <summary>Turns what people wrote in a phone column into a Mexican number in E.164, or says why it can't.</summary>
public static class MexicanNumber
{
    public static NormalizedNumber Normalize(string? raw, string? rowLada = null) => new(default, LadaInferred: false, RejectionReason.Empty);

    public static string Explain(this RejectionReason reason) => reason.ToString();
}
