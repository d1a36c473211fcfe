namespace Padron.Domain.Numbering;

public static class RejectionReasons
{
    /// <summary>One short sentence that ends "'x' is not a Mexican phone number: …".</summary>
    public static string Explain(this RejectionReason reason) => reason switch
    {
        RejectionReason.Empty => "it is empty or a word that means so.",
        RejectionReason.Letters => "it has letters or signs that stand for no digit.",
        RejectionReason.SeveralNumbers => "it holds more than one number.",
        RejectionReason.LossyNotation => "a spreadsheet has rounded it and its last digits are lost.",
        RejectionReason.Placeholder => "it is a filler, such as the same digit all along or 1234567890.",
        RejectionReason.Foreign => "it has the prefix of another country.",
        RejectionReason.TooShort => "it has fewer than ten digits and no LADA to complete it with.",
        RejectionReason.TooLong => "it has more than ten digits and no known prefix.",
        RejectionReason.UnknownLada => "it begins with no LADA in use.",
        RejectionReason.UnknownCallingCode => "it begins with no calling code of any country.",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "This reason has no explanation."),
    };
}
