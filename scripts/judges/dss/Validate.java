// SPDX-License-Identifier: Apache-2.0
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.io.File;

/**
 * Arguments: the trusted certificate, its revocation list, files. Prints a line per file: its path, a tab, and format, indication, scopes and
 * whether anything was changed since. Asks nobody: no source of certificates or revocation data has an address.
 */
public class Validate {
  public static void main(String[] arguments) {
    var trusted = new CommonTrustedCertificateSource();
    trusted.addCertificate(DSSUtils.loadCertificate(new File(arguments[0])));
    var verifier = new CommonCertificateVerifier();
    verifier.setTrustedCertSources(trusted);
    verifier.setAIASource(null);
    verifier.setCrlSource(new ExternalResourcesCRLSource(new FileDocument(arguments[1])));
    for (int i = 2; i < arguments.length; i++) System.out.println(arguments[i] + "\t" + verdict(verifier, arguments[i]));
  }

  private static String verdict(CommonCertificateVerifier verifier, String file) {
    try {
      var validator = SignedDocumentValidator.fromDocument(new FileDocument(file));
      validator.setCertificateVerifier(verifier);
      var reports = validator.validateDocument();
      var report = reports.getSimpleReport();
      if (report.getSignaturesCount() != 1) return report.getSignaturesCount() + " signatures";
      var id = report.getFirstSignatureId();
      var signature = reports.getDiagnosticData().getSignatureById(id);
      var scopes = signature.getSignatureScopes().stream().map(scope -> scope.getScope().name()).toList();
      // The default policy passes a file that an update has changed since.
      var changed = signature.arePdfObjectModificationsDetected() || !signature.getPdfUndefinedChanges().isEmpty();
      var reason = report.getSubIndication(id) == null ? "" : " " + report.getSubIndication(id);
      return report.getSignatureFormat(id) + " " + report.getIndication(id) + reason + " " + scopes + (changed ? " changed since" : " unchanged");
    } catch (Exception refused) {
      return "refused: " + refused.getClass().getSimpleName();
    }
  }
}
